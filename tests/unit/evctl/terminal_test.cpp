#include "terminal.hpp"

#include <catch2/catch.hpp>

#include <clocale>
#include <string>

using namespace eventmgr::evctl;

TEST_CASE("text from elsewhere cannot drive the terminal") {
  struct row {
    std::string text;
    std::string shown;
  };
  const std::vector<row> cases{
      {"plain é 漢 🎉", "plain é 漢 🎉"},
      {"\x1b[31mred\x07", "\\u001b[31mred\\u0007"},
      {"a\nb\tc\rd", "a\\u000ab\\u0009c\\u000dd"},
      {"\x7f", "\\u007f"},
      {"\xC2\x9B"
       "31m",
       "\\u009b31m"},
      {"a\xE2\x80\xAE"
       "b",
       "a\\u202eb"},
      {"\xE2\x81\xA6", "\\u2066"},
      {"\xFF"
       "a",
       "\\ufffda"},
      {"\xC3", "\\ufffd"},
      {"\xC0\x9B", "\\ufffd\\ufffd"},
      {"\xED\xA0\x80", "\\ufffd\\ufffd\\ufffd"},
      {std::string{"\0", 1}, "\\u0000"},
  };
  for (const auto& [text, shown] : cases) CHECK(printable(text) == shown);
}

TEST_CASE("a text is cut to the columns that it may take") {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("漢字") == 4);
  CHECK(shorten("abcdef", 6) == "abcdef");
  CHECK(shorten("abcdefg", 6) == "abcde…");
  CHECK(shorten("漢字漢字", 5) == "漢字…");
  CHECK(shorten("漢字漢字", 6) == "漢字…");
  CHECK(shorten("abc", 0).empty());
}

TEST_CASE("a style is closed again") { CHECK(styled("x", style::red) == "\x1b[31mx\x1b[0m"); }
