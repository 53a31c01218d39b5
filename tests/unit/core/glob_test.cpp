#include "core/filter/glob.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace eventmgr {
namespace {

bool matches(std::string_view pattern, std::string_view text) { return glob::parse(pattern).value().matches(text); }

TEST_CASE("a star stands for any run of characters, also none and also dots") {
  struct row {
    std::string_view pattern;
    std::string_view text;
    bool expected;
  };
  for (const row& r : {
           row{"project.created", "project.created", true},
           row{"project.created", "project.create", false},
           row{"project.created", "project.created.x", false},
           row{"project.*", "project.created", true},
           row{"project.*", "project.member.added", true},
           row{"project.*", "project.", true},
           row{"project.*", "project", false},
           row{"project.*", "projects.created", false},
           row{"*.created", "a.b.created", true},
           row{"*.created", ".created", true},
           row{"*.created", "created", false},
           row{"*", "", true},
           row{"*", "anything", true},
           row{"a*a", "a", false},
           row{"a*a", "aa", true},
           row{"a*b*c", "abc", true},
           row{"a*b*c", "axbyc", true},
           row{"a*b*c", "acb", false},
           row{"a**c", "abc", true},
           row{"*ab*ab*", "abab", true},
           row{"*ab*ab*", "aab", false},
           row{"*aab*", "aaab", true},
           row{"*abcabd*", "abcabcabd", true},
       }) {
    CAPTURE(r.pattern, r.text);
    CHECK(matches(r.pattern, r.text) == r.expected);
  }
}

TEST_CASE("a glob agrees with matching by table, whatever the letters repeat") {
  const auto by_table = [](const std::string& pattern, const std::string& text) {
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (const char c : pattern) {
      std::vector<bool> next(text.size() + 1, false);
      for (std::size_t j = 0; j <= text.size(); ++j) {
        if (c == '*') {
          next[j] = reached[j] || (j > 0 && next[j - 1]);
        } else if (j > 0) {
          next[j] = reached[j - 1] && text[j - 1] == c;
        }
      }
      reached = next;
    }
    return static_cast<bool>(reached[text.size()]);
  };
  std::mt19937 random{11};
  const auto some = [&](std::string_view letters, std::size_t least) {
    std::string made;
    for (std::size_t left = least + random() % 9; left > 0; --left) made += letters[random() % letters.size()];
    return made;
  };
  int differing = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = some("ab*", 1);
    const std::string text = some("ab", 0);
    differing += matches(pattern, text) == by_table(pattern, text) ? 0 : 1;
  }
  CHECK(differing == 0);
}

TEST_CASE("a glob that invites trying again takes no longer for it") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*aaaaaaab";
  CHECK_FALSE(matches(pattern, std::string(1'000'000, 'a')));
}

TEST_CASE("a glob has 1 to 1024 bytes, and runs of stars are one") {
  CHECK_FALSE(glob::parse(""));
  CHECK_FALSE(glob::parse(std::string(1025, 'a')));
  CHECK(glob::parse(std::string(1024, 'a')));
  CHECK(glob::parse("a***b**")->str() == "a*b*");
  CHECK(*glob::parse("a**") == *glob::parse("a*"));
}

}  // namespace
}  // namespace eventmgr
