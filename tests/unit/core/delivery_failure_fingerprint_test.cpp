#include "core/delivery/failure_fingerprint.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace eventmgr {
namespace {

TEST_CASE("of a reason stays what tells kinds of failure apart") {
  struct row {
    std::string reason;
    std::string kind;
  };
  const auto& [reason, kind] = GENERATE(values<row>({
      {"", ""},
      {"HTTP 500", "HTTP 500"},
      {"HTTP 503 after 2 redirects", "HTTP 503 after <n> redirects"},
      {"HTTP 5000", "HTTP <n>"},
      {"status 500", "status <n>"},
      {"timed out after 30 s", "timed out after <n> s"},
      {"not acknowledged within 1.5 s", "not acknowledged within <n> s"},
      {"took 30s, 1m30s", "took <n>s, <n>m<n>s"},
      {"took 10m30s, 1h02m03s, 10h20m3.5s", "took <n>m<n>s, <n>h<n>m<n>s, <n>h<n>m<n>s"},
      {"1,234,567 rows in [1,2,3]", "<n> rows in [<n>]"},
      {"order 0190a1b2-0000-7000-8000-000000000001 is gone", "order <id> is gone"},
      {"order ORD-1234 of customer C77", "order ORD-<n> of customer C<n>"},
      {"{0190A1B2-0000-7000-8000-00000000000F}", "{<id>}"},
      {"commit 9f86d081884c7d65", "commit <id>"},
      {"commit 8f3a2c1 is not abcdef1 or deadbee", "commit <id> is not <id> or deadbee"},
      {"cart k3j9x2ab, user V1StGXR8Z5, cus_a1b2c3", "cart <id>, user <id>, cus_<id>"},
      {"30s30m1d and 1m2m3m", "<id> and <id>"},
      {"v1b2 over http2 to h264", "v<n>b<n> over http<n> to h<n>"},
      {"row 12345678 and row 1234567", "row <id> and row <n>"},
      {"at 0x7ffe12 in deadbeef", "at <id> in deadbeef"},
      {"cus_NffrFeUfNV2Hib81 unknown", "cus_<id> unknown"},
      {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "<id>"},
      {"at 2026-01-02T03:04:05.678Z", "at <time>"},
      {"at 2026-01-02 03:04:05+02:00, again", "at <time>, again"},
      {"on 2026-01-02 it failed", "on <time> it failed"},
      {"at 03:04:05", "at <n>:<n>:<n>"},
      {"connect to 10.0.0.7:8080: refused", "connect to <address>: refused"},
      {"connect to 10.0.0.7 refused.", "connect to <address> refused."},
      {"version 1.2.3.4.5 or 300.1.1.1", "version <n> or <n>"},
      {"connect to [2001:db8::7]:443 failed", "connect to <address> failed"},
      {"connect to fe80::1%eth0: no route", "connect to <address>: no route"},
      {"::1 and ::ffff:10.1.2.3, 1:2:3:4:5:6:7:8", "<address> and <address>, <address>"},
      {"std::bad_alloc in a::b :: c", "std::bad_alloc in a::b :: c"},
      {"GET https://api.example.com:8443/v1/orders/7?x=1#y.", "GET https://api.example.com:<n>/<path>."},
      {"https://h/a and https://h/b/c", "https://h/<path> and https://h/<path>"},
      {"https://10.0.0.1/a (see http://h)", "https://<address>/<path> (see http://h)"},
      {"no field \"customer\" in 'order 7'", "no field <text> in <text>"},
      {R"({"code":"a\"b","n":5})", R"({<text>:<text>,<text>:<n>})"},
      {"can't reach the host's 'x'", "can't reach the host's <text>"},
      {"an \"open one, and `another`", "an \"open one, and <text>"},
      {"a  b\n\tc ", "a b c"},
      {"\xC3\x84rger 7 mal", "\xC3\x84rger <n> mal"},
  }));
  CAPTURE(reason);
  CHECK(failure_kind(reason) == kind);
}

TEST_CASE("failures that differ in what they are about have one fingerprint, others have their own") {
  CHECK(failure_fingerprint("order 1 of 10.0.0.1:80 at 2026-01-02T03:04:05Z") ==
        failure_fingerprint("order 22 of [::1]:81 at 2027-01-02T03:04:05Z"));
  CHECK(failure_fingerprint("no cart k3j9x2ab") == failure_fingerprint("no cart 7hq2m4zp"));
  CHECK(failure_fingerprint("HTTP 500") != failure_fingerprint("HTTP 503"));
  CHECK(failure_fingerprint("").size() == 16);
}

TEST_CASE("fingerprints are the same in every release") {
  CHECK(failure_fingerprint("") == "cbf29ce484222325");
  CHECK(failure_fingerprint("a") == "af63dc4c8601ec8c");
  CHECK(failure_fingerprint("HTTP 500") == "d7a83ade1cad21ae");
}

TEST_CASE("a long reason is cut between characters and placeholders") {
  CHECK(failure_kind(std::string(1000, 'x')) == std::string(256, 'x'));
  CHECK(failure_kind(std::string(255, 'x') + "\xC3\xA4") == std::string(255, 'x'));
  CHECK(failure_kind(std::string(252, ',') + "7 seven") == std::string(252, ',') + "<n>");
}

// Were it quadratic anywhere, it would not come to an end.
TEST_CASE("reasons that are made to be slow are read in one go") {
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    return text;
  };
  for (const std::string_view piece :
       {"\"", "'", "'a", "1:", "a:", "0.", "://", "://a/", "[", "[1", "\\", "1", "f", "\x80"}) {
    // Quotes first, so that nothing is put out and all of it is gone through.
    const std::string text = "\"" + repeated(piece) + repeated("'x") + "`";
    CHECK(failure_kind(text).size() <= 256);
    CHECK(failure_kind("\"" + std::string(1'000'000, 'x') + "\" " + text).size() <= 256);
  }
}

}  // namespace
}  // namespace eventmgr
