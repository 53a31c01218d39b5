#include "core/letters.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr;

TEST_CASE("letters and the marks they are written with are letters; digits, punctuation and symbols are not") {
  for (const char32_t letter :
       {U'ä', U'ß', U'é', U'Ж', U'語', U'한', U'ب', U'न', U'\u0903', U'\u0301', U'\U00020000'}) {
    CHECK(is_letter(letter));
  }
  for (const char32_t other : {U'\u00A0', U'×', U'÷', U'€', U'٣', U'。', U'—', U'\U0001F600', U'\u200B', U'\uFFFD',
                               U'\u0085', U'\U0010FFFF'}) {
    CHECK_FALSE(is_letter(other));
  }
}

TEST_CASE("only what RFC 3629 allows is UTF-8") {
  for (const char* good : {"", "abc", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(good);
    CHECK(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF",
                          "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "abc\xE2\x82"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}
