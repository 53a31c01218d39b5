#include "codec/refusal_words.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using eventmgr::codec::max_refusal_bytes;
using eventmgr::codec::refusal_words;

TEST_CASE("a failed answer says in a line what went wrong") {
  struct row {
    std::string body;
    std::string words;
  };
  const std::vector<row> table{
      {"no such warehouse", "no such warehouse"},
      {"\r\n  first line\nsecond\tline \n", "first line second line"},
      {"red \x1B[31m alert", "red [31m alert"},
      {R"({"error":"no rate for Mars"})", "no rate for Mars"},
      {R"({"error":{"code":7,"message":"no rate"}})", "no rate"},
      {R"({"error":"not_found","message":"no such order"})", "no such order"},
      {R"({"type":"about:blank","title":"Unprocessable","status":422,"detail":"the amount is negative"})",
       "the amount is negative"},
      {R"({"title":"Unprocessable","detail":""})", "Unprocessable"},
      {R"({"error":true,"title":"Busy"})", "Busy"},
      {R"({ "message" : "two\nlines" })", "two lines"},
      {"Gr\u00FC\u00DFe", "Gr\u00FC\u00DFe"},
  };
  for (const auto& [body, words] : table) {
    CAPTURE(body);
    CHECK(refusal_words(body) == words);
  }
}

TEST_CASE("a failed answer that says nothing to people has no words") {
  const std::vector<std::string> table{
      "",
      " \n",
      "{}",
      "[\"error\"]",
      "<html><body>502 Bad Gateway</body></html>",
      R"({"success":false,"retry":false})",
      R"({"error":null})",
      "{\"error\":\"cut off",
      "not UTF-8: \xFF",
      std::string(70000, 'x'),
      R"({"error":)" + std::string(1000, '[') + std::string(1000, ']') + '}',
  };
  for (const auto& body : table) {
    CAPTURE(body.substr(0, 100));
    CHECK(refusal_words(body).empty());
  }
}

TEST_CASE("a long refusal is cut between two characters") {
  CHECK(refusal_words(std::string(5000, 'x')) == std::string(max_refusal_bytes, 'x'));
  const std::string words = refusal_words(std::string(max_refusal_bytes - 1, 'x') + "\u00FC");
  CHECK(words == std::string(max_refusal_bytes - 1, 'x'));
}
