#include "config/text_rules.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr::config;

TEST_CASE("a host is an address, and localhost becomes one") {
  for (std::string host : {"127.0.0.1", "0.0.0.0", "::1", "::", "2001:db8::7"}) {
    CAPTURE(host);
    CHECK_FALSE(check_host(host).has_value());
  }
  std::string local = "localhost";
  CHECK_FALSE(check_host(local).has_value());
  CHECK(local == "127.0.0.1");
  for (std::string host : {"", "example.org", "127.0.0.256", "[::1]", "127.0.0.1:3004", "1"}) {
    CAPTURE(host);
    CHECK(check_host(host).has_value());
  }
}

TEST_CASE("loopback is 127.0.0.0/8 and ::1, also when mapped") {
  for (const auto* host : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) CHECK(is_loopback(host));
  for (const auto* host : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::ffff:10.0.0.1"}) CHECK_FALSE(is_loopback(host));
}

TEST_CASE("a database url names a SQLite store") {
  for (std::string url : {"sqlite:", "sqlite:/var/lib/eventmgr/events.db", "sqlite:events.db"}) {
    CHECK_FALSE(check_database_url(url).has_value());
  }
  std::string postgres = "postgresql://dadms:password@postgres:5432/dadms_events";
  CHECK(check_database_url(postgres) == "a PostgreSQL store is not supported by this release");
  for (std::string url : {"", "mysql://x", "events.db", "sqlite:a\nb"}) CHECK(check_database_url(url).has_value());
}

TEST_CASE("a refusal of a database url never repeats its password") {
  std::string url = "postgres://user:secret@host/db";
  CHECK(check_database_url(url)->find("secret") == std::string::npos);
}

TEST_CASE("an origin is scheme, host and port, and nothing else") {
  for (std::string origin : {"*", "https://app.example.org", "http://localhost:8080", "http://[::1]:5173"}) {
    CAPTURE(origin);
    CHECK_FALSE(check_origin(origin).has_value());
  }
  for (std::string origin : {"", "example.org", "https://", "https://a.example/", "https://a.example/x", "https://a b",
                             "https://*.example.org", "https://a:port", "https://a:", "https://u@a"}) {
    CAPTURE(origin);
    CHECK(check_origin(origin).has_value());
  }
  std::string mixed = "HTTPS://App.Example.org";
  CHECK_FALSE(check_origin(mixed).has_value());
  CHECK(mixed == "https://app.example.org");
}
