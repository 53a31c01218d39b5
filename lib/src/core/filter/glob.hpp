#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// A text in which each `*` stands for any run of characters, none included; everything else stands for itself.
/// Matching is linear in the text, whatever the pattern.
class glob {
 public:
  static constexpr std::size_t max_bytes = 1024;

  /// Matches the empty text only.
  glob() = default;

  /// nullopt for the empty text, and for more than `max_bytes`.
  static std::optional<glob> parse(std::string_view text);

  bool matches(std::string_view text) const noexcept;

  /// With runs of `*` as one.
  const std::string& str() const noexcept { return text_; }

  friend bool operator==(const glob& a, const glob& b) noexcept { return a.text_ == b.text_; }

 private:
  /// What stands between two `*`.
  struct literal {
    std::string text{};
    std::vector<std::uint16_t> borders{};  ///< of Knuth, Morris and Pratt: the longest border of each prefix
  };

  static literal compile(std::string text);
  static std::size_t find(std::string_view text, const literal& wanted) noexcept;

  std::string text_{};
  std::string begin_{};  ///< before the first `*`; all of it if there is none
  std::string end_{};    ///< behind the last
  std::vector<literal> between_{};
  bool has_star_{false};
};

}  // namespace eventmgr
