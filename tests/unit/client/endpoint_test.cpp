#include "client/endpoint.hpp"

#include <catch2/catch.hpp>

#include <string>

using eventmgr::errc;
using eventmgr::client::append_percent_encoded;
using eventmgr::client::endpoint;
using eventmgr::client::parse_endpoint;

TEST_CASE("an address is taken apart") {
  struct row {
    std::string url;
    endpoint expected;
  };
  const std::vector<row> cases{
      {"http://127.0.0.1:3004", {false, "127.0.0.1", "3004", "127.0.0.1:3004", ""}},
      {"http://broker", {false, "broker", "80", "broker", ""}},
      {"https://broker/", {true, "broker", "443", "broker", ""}},
      {"https://[::1]:8443/eds/v2/", {true, "::1", "8443", "[::1]:8443", "/eds/v2"}},
  };
  for (const auto& [url, expected] : cases) {
    CAPTURE(url);
    const auto parsed = parse_endpoint(url);
    REQUIRE(parsed.has_value());
    CHECK(*parsed == expected);
  }
}

TEST_CASE("what is no address of a daemon is refused") {
  for (const std::string url : {"", "broker", "127.0.0.1:3004", "ftp://broker", "http://", "http://user:pw@broker",
                                "http://broker?x=1", "http://broker#x", "http://broker:99999", "http://bro ker"}) {
    CAPTURE(url);
    const auto parsed = parse_endpoint(url);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == errc::invalid_request);
  }
}

TEST_CASE("everything but unreserved characters is percent-encoded") {
  std::string out;
  append_percent_encoded(out, "aZ9-._~/#*&=+ %\xC3\xA9");
  CHECK(out == "aZ9-._~%2F%23%2A%26%3D%2B%20%25%C3%A9");
}
