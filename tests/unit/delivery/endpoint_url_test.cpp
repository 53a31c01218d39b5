#include "delivery/common/endpoint_url.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;

TEST_CASE("an endpoint's URL is taken apart as a request needs it") {
  struct row {
    endpoint_scheme scheme;
    std::string url;
    endpoint_url expected;
  };
  const std::vector<row> table{
      {endpoint_scheme::http,
       "http://example.org",
       {false, false, "example.org", 80, "example.org", "/", "http://example.org:80"}},
      {endpoint_scheme::http,
       "HTTPS://Example.ORG:443/Hook/a%20b?x=1&y",
       {true, false, "example.org", 443, "example.org", "/Hook/a%20b?x=1&y", "https://example.org:443"}},
      {endpoint_scheme::http,
       "https://hooks_a:8443?x",
       {true, false, "hooks_a", 8443, "hooks_a:8443", "/?x", "https://hooks_a:8443"}},
      {endpoint_scheme::http,
       "http://127.0.0.1:/p",
       {false, false, "127.0.0.1", 80, "127.0.0.1", "/p", "http://127.0.0.1:80"}},
      {endpoint_scheme::http,
       "http://[::1]:9000/",
       {false, false, "::1", 9000, "[::1]:9000", "/", "http://[::1]:9000"}},
      {endpoint_scheme::websocket,
       "ws://example.org/s",
       {false, true, "example.org", 80, "example.org", "/s", "ws://example.org:80"}},
      {endpoint_scheme::websocket,
       "wss://example.org:444/",
       {true, true, "example.org", 444, "example.org:444", "/", "wss://example.org:444"}},
  };
  for (const auto& [scheme, url, expected] : table) {
    CAPTURE(url);
    const auto parsed = parse_endpoint_url(url, scheme, "/endpoint");
    REQUIRE(parsed.has_value());
    CHECK(*parsed == expected);
  }
}

TEST_CASE("an endpoint that cannot be used is refused with its pointer and without its text") {
  struct row {
    endpoint_scheme scheme;
    std::string url;
    std::string why;
  };
  const std::vector<row> table{
      {endpoint_scheme::http, "", "is missing"},
      {endpoint_scheme::http, "example.org/hook", "is no URL"},
      {endpoint_scheme::http, "/hook", "is no URL"},
      {endpoint_scheme::http, "http://a b/", "is no URL"},
      {endpoint_scheme::http, "http://a\r\nX: y/", "is no URL"},
      {endpoint_scheme::http, "ftp://example.org", "http://"},
      {endpoint_scheme::http, "ws://example.org", "http://"},
      {endpoint_scheme::websocket, "http://example.org", "ws://"},
      {endpoint_scheme::http, "http://user:SECRET@example.org/", "user or password"},
      {endpoint_scheme::http, "http://SECRET@example.org/", "user or password"},
      {endpoint_scheme::http, "http://example.org/#SECRET", "fragment"},
      {endpoint_scheme::http, "http:///SECRET", "names no host"},
      {endpoint_scheme::http, "http://%31%32%37.0.0.%0d%0a/SECRET", "names no host"},
      {endpoint_scheme::http, "http://b%C3%BCcher.example/SECRET", "xn--"},
      {endpoint_scheme::http, "http://[v1.x]/SECRET", "names no host"},
      {endpoint_scheme::http, "http://example.org:0/SECRET", "port"},
      {endpoint_scheme::http, "http://example.org:65536/SECRET", "port"},
      {endpoint_scheme::http, "http://example.org/" + std::string(2048, 'a'), "2,048"},
  };
  for (const auto& [scheme, url, why] : table) {
    CAPTURE(url);
    const auto parsed = parse_endpoint_url(url, scheme, "/options/fallbackWebhook");
    REQUIRE(parsed.has_error());
    const auto& failed = parsed.error();
    CHECK(failed.code == errc::invalid_request);
    REQUIRE(failed.details.size() == 1);
    CHECK(failed.details[0].pointer == "/options/fallbackWebhook");
    CHECK_THAT(failed.details[0].message, Catch::Contains(why));
    CHECK_THAT(failed.message, !Catch::Contains("SECRET"));
  }
}
