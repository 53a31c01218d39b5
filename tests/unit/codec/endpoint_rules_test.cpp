#include "codec/endpoint_rules.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr;
using namespace eventmgr::codec;

TEST_CASE("absolute URLs of the right scheme are endpoints") {
  for (const std::string url : {"http://a", "https://a.b-c_d:65535/p/q?x=%20&y=1", "HTTP://127.0.0.1:8080/",
                                "https://[2001:db8::1]/", "http://[::1]:1?q", "http://host/a'b(c)[d]*;:@!$,~"}) {
    INFO(url);
    CHECK(fault_of_url(url, channel_kind::webhook) == std::nullopt);
  }
  CHECK(fault_of_url("wss://a/b", channel_kind::websocket) == std::nullopt);
}

TEST_CASE("what is no endpoint is refused with what is wrong with it") {
  struct row {
    std::string url;
    std::string message;
  };
  for (const row& each : {row{"", "must be an http"},
                          row{"/path", "must be an http"},
                          row{"http:/a", "must be an http"},
                          row{"wss://a", "must be an http"},
                          row{"file:///etc/passwd", "must be an http"},
                          row{"http://", "no valid host"},
                          row{"http:///x", "no valid host"},
                          row{"http://a..b", "no valid host"},
                          row{"http://[::1", "no valid host"},
                          row{"http://[1.2.3.4]", "no valid host"},
                          row{"http://[::1]x", "no valid host"},
                          row{"http://a,b", "no valid host"},
                          row{"http://a:", "no valid port"},
                          row{"http://a:0", "no valid port"},
                          row{"http://a:65536", "no valid port"},
                          row{"http://a:+1", "no valid port"},
                          row{"http://a:80x/", "no valid port"},
                          row{"http://u:p@a/", "user name"},
                          row{"http://a/#f", "fragment"},
                          row{"http://a/ b", "percent-encode"},
                          row{"http://a/%2", "percent-encode"},
                          row{"http://a/\r\nx", "percent-encode"},
                          row{"http://\xC3\xA4/", "percent-encode"},
                          row{"http://a/" + std::string(2048, 'x'), "more than 2048 bytes"}}) {
    INFO(each.url.substr(0, 80));
    const auto wrong = fault_of_url(each.url, channel_kind::webhook);
    REQUIRE(wrong);
    CHECK_THAT(*wrong, Catch::Contains(each.message));
  }
}

TEST_CASE("a secret is a prefix and the base64 of 24 to 64 bytes") {
  struct row {
    std::string text;
    bool is_good;
  };
  for (const auto& [text, is_good] :
       {row{"whsec_" + std::string(32, '/'), true}, row{"whsec_" + std::string(31, 'A') + "=", false},
        row{"whsec_" + std::string(34, 'A') + "==", true}, row{"whsec_" + std::string(86, 'A') + "==", true},
        row{"whsec_" + std::string(88, 'A'), false}, row{"whsec_" + std::string(33, 'A'), false},
        row{"whsec_" + std::string(31, 'A') + "_", false}, row{"whsec_" + std::string(33, 'A') + "===", false},
        row{"whsec_", false}, row{"", false}, row{std::string(32, 'A'), false}}) {
    INFO(text);
    CHECK(fault_of_secret(text).has_value() != is_good);
  }
}

TEST_CASE("headers that a message needs for itself cannot be set") {
  for (const char* name :
       {"Host", "content-length", "Content-Type", "Transfer-Encoding", "Connection", "webhook-id", "Webhook-Signature",
        "X-EventMgr-Attempt", "traceparent", "Sec-WebSocket-Key", "", "a b", "a:b", "\xC3\xA4"}) {
    INFO(name);
    CHECK(fault_of_header(name, "x"));
  }
  for (const char* name : {"Authorization", "X-Tenant", "User-Agent", "accept"}) {
    INFO(name);
    CHECK_FALSE(fault_of_header(name, "some value"));
  }
  for (const std::string value : {"a\r\nX: y", "a\tb", " a", "a ", "\x7F"}) CHECK(fault_of_header("X-A", value));
  CHECK(fault_of_header("X-A", std::string(4097, 'x')));
  CHECK_FALSE(fault_of_header("X-A", std::string(4096, 'x')));
}

TEST_CASE("headers that look like credentials are known as such") {
  for (const char* name : {"Authorization", "X-API-Key", "cookie", "X-Auth-Token"}) CHECK(is_sensitive_header(name));
  for (const char* name : {"X-Tenant", "User-Agent"}) CHECK_FALSE(is_sensitive_header(name));
}
