#include "core/delivery/failure_fingerprint.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace eventmgr {
namespace {

constexpr std::size_t max_kind_bytes = 256;
constexpr std::size_t least_hex_id = 8;     // shorter ones are numbers, or words
constexpr std::size_t least_commit_id = 7;  // as "8f3a2c1", if it has letters too
constexpr std::size_t least_mixed_id = 16;  // as a ULID, or "cus_NffrFeUfNV2Hib81"
constexpr std::size_t least_random_id = 6;  // as "k3j9x2ab", where letters and digits take turns
constexpr std::size_t least_random_turns = 2;
constexpr std::size_t max_address_bytes = 64;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) noexcept { return is_digit(c) || is_letter(c); }
bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_space(char c) noexcept { return static_cast<unsigned char>(c) <= 0x20 || c == '\x7F'; }
bool is_one_of(char c, std::string_view set) noexcept { return set.find(c) != std::string_view::npos; }

std::size_t run_of(std::string_view text, bool (*what)(char) noexcept) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, what) - text.begin());
}

/// The length of `shape` where the text begins so: 'd' stands for a digit, 'x' for one of base 16, the rest for itself;
/// else 0.
std::size_t match_shape(std::string_view text, std::string_view shape) noexcept {
  if (text.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == 'd' ? is_digit(text[i]) : shape[i] == 'x' ? is_hex(text[i]) : text[i] == shape[i];
    if (!fits) return 0;
  }
  return shape.size();
}

/// A length, unless a word goes on behind it.
std::size_t if_word_ends(std::string_view text, std::size_t length) noexcept {
  return length < text.size() && is_word(text[length]) ? 0 : length;
}

std::size_t match_uuid(std::string_view text) noexcept {
  return if_word_ends(text, match_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"));
}

std::size_t match_offset(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.front() == 'Z' || text.front() == 'z') return 1;
  for (const std::string_view shape : {"+dd:dd", "-dd:dd", "+dddd", "-dddd"}) {
    if (const std::size_t length = match_shape(text, shape)) return length;
  }
  return 0;
}

/// A date, with or without a time of day.
std::size_t match_time(std::string_view text) noexcept {
  const std::size_t date = match_shape(text, "dddd-dd-dd");
  if (date == 0) return 0;
  std::string_view rest = text.substr(date);
  if (rest.size() < 2 || !is_one_of(rest.front(), "Tt ")) return if_word_ends(text, date);
  const std::size_t clock = match_shape(rest.substr(1), "dd:dd:dd");
  if (clock == 0) return if_word_ends(text, date);
  rest.remove_prefix(1 + clock);
  if (rest.size() > 1 && is_one_of(rest.front(), ".,") && is_digit(rest[1])) {
    rest.remove_prefix(1 + run_of(rest.substr(1), is_digit));
  }
  rest.remove_prefix(match_offset(rest));
  return if_word_ends(text, text.size() - rest.size());
}

/// ":8080", where it stands.
std::size_t match_port(std::string_view text) noexcept {
  if (text.empty() || text.front() != ':') return 0;
  const std::size_t digits = run_of(text.substr(1, 6), is_digit);
  return digits == 0 || digits > 5 ? 0 : if_word_ends(text, 1 + digits);
}

/// Four numbers of up to 255.
std::size_t match_quad(std::string_view text) noexcept {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at == text.size() || text[at] != '.') return 0;
      ++at;
    }
    const std::size_t digits = run_of(text.substr(at, 4), is_digit);
    if (digits == 0 || digits > 3) return 0;
    int value = 0;
    for (const char c : text.substr(at, digits)) value = 10 * value + (c - '0');
    if (value > 255) return 0;
    at += digits;
  }
  const bool goes_on = at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
  return goes_on ? 0 : if_word_ends(text, at);
}

std::size_t match_ipv4(std::string_view text) noexcept {
  const std::size_t quad = match_quad(text);
  return quad == 0 ? 0 : quad + match_port(text.substr(quad));
}

/// Whether all of it is an IPv6 address. At least one digit must be there: "::" and "dead::beef" are C++ to most.
bool is_ipv6(std::string_view text) noexcept {
  if (std::ranges::none_of(text, is_digit)) return false;
  std::size_t groups = 0;
  bool shortened = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ':') {
      const bool twice = at + 1 < text.size() && text[at + 1] == ':';
      if (twice && shortened) return false;
      if (!twice && (at == 0 || at + 1 == text.size())) return false;
      shortened = shortened || twice;
      at += twice ? 2 : 1;
      continue;
    }
    if (const std::size_t quad = match_quad(text.substr(at)); quad != 0 && at > 0) {
      groups += 2;
      at += quad;
      if (at != text.size()) return false;
      break;
    }
    const std::size_t digits = run_of(text.substr(at, 5), is_hex);
    if (digits == 0 || digits > 4) return false;
    ++groups;
    at += digits;
  }
  return shortened ? groups < 8 : groups == 8;
}

/// An address as it stands in running text, where a colon may follow it.
std::size_t match_ipv6(std::string_view text) noexcept {
  const auto belongs = [](char c) noexcept { return is_hex(c) || c == ':' || c == '.'; };
  std::size_t length = run_of(text.substr(0, max_address_bytes), belongs);
  while (length > 1 && is_one_of(text[length - 1], ".:") && text.substr(0, length).substr(length - 2) != "::") --length;
  if (length == 0 || if_word_ends(text, length) == 0 || !is_ipv6(text.substr(0, length))) return 0;
  if (length < text.size() && text[length] == '%') {
    const std::size_t zone = run_of(text.substr(length + 1, max_address_bytes), is_word);
    if (zone > 0) length += 1 + zone;
  }
  return length;
}

/// "[::1]:8080"
std::size_t match_bracketed(std::string_view text) noexcept {
  if (text.empty() || text.front() != '[') return 0;
  const std::size_t inner = match_ipv6(text.substr(1));
  if (inner == 0 || inner + 1 >= text.size() || text[inner + 1] != ']') return 0;
  return inner + 2 + match_port(text.substr(inner + 2));
}

/// How often a letter follows a digit, or a digit a letter.
std::size_t turns_in(std::string_view word) noexcept {
  std::size_t turns = 0;
  for (std::size_t i = 1; i < word.size(); ++i) turns += is_digit(word[i]) != is_digit(word[i - 1]) ? 1 : 0;
  return turns;
}

/// Whether a word is a duration as "10m30s": numbers with units, the longer ones first. The last unit may be missing,
/// for a fraction can stand before it.
bool is_duration(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 8> units{"w", "d", "h", "m", "s", "ms", "us", "ns"};
  const auto* left = units.begin();
  while (!word.empty()) {
    const std::size_t digits = run_of(word, is_digit);
    if (digits == 0) return false;
    word.remove_prefix(digits);
    if (word.empty()) return true;
    const std::size_t letters = run_of(word, is_letter);
    left = std::find(left, units.end(), word.substr(0, letters));
    if (left == units.end()) return false;
    ++left;
    word.remove_prefix(letters);
  }
  return true;
}

/// What is called by a number of base 16, or by a mixture of letters and digits that is long or looks like chance.
std::size_t match_id(std::string_view text) noexcept {
  if (const std::size_t id = match_uuid(text)) return id;
  const std::size_t length = run_of(text, is_word);
  const std::string_view word = text.substr(0, length);
  if (std::ranges::none_of(word, is_digit)) return 0;
  if (length >= least_hex_id && std::ranges::all_of(word, is_hex)) return length;
  if (length > 2 && (word.starts_with("0x") || word.starts_with("0X")) && std::ranges::all_of(word.substr(2), is_hex)) {
    return length;
  }
  if (std::ranges::none_of(word, is_letter)) return 0;
  if (length >= least_mixed_id || (length >= least_commit_id && std::ranges::all_of(word, is_hex))) return length;
  const bool is_random = length >= least_random_id && turns_in(word) >= least_random_turns && !is_duration(word);
  return is_random ? length : 0;
}

/// "12", "3.5", "1,000"
std::size_t match_number(std::string_view text) noexcept {
  std::size_t length = run_of(text, is_digit);
  while (length > 0 && length + 1 < text.size() && is_one_of(text[length], ".,") && is_digit(text[length + 1])) {
    ++length;
    length += run_of(text.substr(length), is_digit);
  }
  return length;
}

/// Goes over a reason once, from its first byte to its last.
class normaliser {
 public:
  explicit normaliser(std::string_view reason) noexcept : text_{reason} {}

  std::string run() {
    while (at_ < text_.size() && !full_) step();
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    return std::move(out_);
  }

 private:
  static constexpr std::string_view quotes = "\"'`";

  void step() {
    const char c = text_[at_];
    if (is_space(c)) return take_space();
    if (in_authority_ && is_one_of(c, "/?#")) return take_path();
    if (text_.substr(at_).starts_with("://") && at_ > 0 && is_letter(text_[at_ - 1])) {
      in_authority_ = true;
      return take("://", 3);
    }
    if (is_one_of(c, quotes)) return take_quoted(c);
    if (at_ > 0 && is_word(text_[at_ - 1])) return is_digit(c) ? take_number() : take_character();
    take_token();
  }

  /// What may be told by its first character, for a word begins here.
  void take_token() {
    const std::string_view rest = text_.substr(at_);
    const char c = rest.front();
    if (is_digit(c)) {
      if (const std::size_t length = match_time(rest)) return take("<time>", length);
      if (const std::size_t length = match_ipv4(rest)) return take("<address>", length);
    }
    if (is_hex(c) || c == ':') {
      if (const std::size_t length = match_ipv6(rest)) return take("<address>", length);
    }
    if (c == '[') {
      if (const std::size_t length = match_bracketed(rest)) return take("<address>", length);
    }
    if (is_word(c)) {
      if (is_status(rest)) return take(rest.substr(0, 3), 3);
      if (const std::size_t length = match_id(rest)) return take("<id>", length);
    }
    if (is_digit(c)) return take_number();
    take_character();
  }

  bool is_status(std::string_view rest) const noexcept {
    return out_.ends_with("HTTP ") && if_word_ends(rest, match_shape(rest, "ddd")) == 3;
  }

  void take_number() { take("<n>", match_number(text_.substr(at_))); }

  void take_space() {
    in_authority_ = false;
    at_ += run_of(text_.substr(at_), is_space);
    if (!out_.empty()) append(" ");
  }

  /// Path, query and fragment of a URL; a full stop behind it is the sentence's.
  void take_path() {
    in_authority_ = false;
    const std::string_view rest = text_.substr(at_);
    const auto ends = [](char c) noexcept { return is_space(c) || is_one_of(c, "\"'`<>()[]{}"); };
    auto length = static_cast<std::size_t>(std::ranges::find_if(rest, ends) - rest.begin());
    while (length > 1 && is_one_of(rest[length - 1], ".,;:!")) --length;
    take("/<path>", length);
  }

  /// A text in quotes; an apostrophe, or a quote that nothing ends, is a character as others are.
  void take_quoted(char quote) {
    in_authority_ = false;
    const bool within_word = at_ > 0 && is_word(text_[at_ - 1]);
    const std::size_t kind = quotes.find(quote);
    if (within_word || unended_[kind]) return take_character();
    for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] == '\\') {
        ++end;
      } else if (text_[end] == quote && !(quote == '\'' && end + 1 < text_.size() && is_word(text_[end + 1]))) {
        return take("<text>", end + 1 - at_);
      }
    }
    // What does not end from here on does not from any later place: the search is not made again.
    unended_[kind] = true;
    take_character();
  }

  /// One character, all its bytes.
  void take_character() {
    std::size_t length = 1;
    while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xC0U) == 0x80U) ++length;
    take(text_.substr(at_, length), length);
  }

  void take(std::string_view instead, std::size_t length) {
    append(instead);
    at_ += length;
  }

  void append(std::string_view piece) {
    full_ = full_ || out_.size() + piece.size() > max_kind_bytes;
    if (!full_) out_ += piece;
  }

  const std::string_view text_;
  std::size_t at_{0};
  std::string out_;
  std::array<bool, quotes.size()> unended_{};
  bool in_authority_{false};
  bool full_{false};
};

}  // namespace

std::string failure_kind(std::string_view reason) { return normaliser{reason}.run(); }

std::string failure_fingerprint(std::string_view reason) {
  std::uint64_t state = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : failure_kind(reason)) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, state >>= 4U)
    *digit = "0123456789abcdef"[state & 0xFU];
  return text;
}

}  // namespace eventmgr
