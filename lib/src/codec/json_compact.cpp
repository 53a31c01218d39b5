#include "codec/json_compact.hpp"

#include "codec/byte_scan.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t deepest = 1024;

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Which of the open containers are objects.
class container_stack {
 public:
  std::uint32_t depth() const noexcept { return depth_; }
  void push(bool object) noexcept {
    auto& word = words_[depth_ / 64];
    const std::uint64_t bit = 1ULL << (depth_ % 64);
    word = object ? word | bit : word & ~bit;
    ++depth_;
  }
  void pop() noexcept { --depth_; }
  bool in_object() const noexcept {
    const std::uint32_t top = depth_ - 1;
    return (words_[top / 64] >> (top % 64) & 1U) != 0;
  }

 private:
  std::array<std::uint64_t, deepest / 64> words_;  // only what lies below the depth is ever read
  std::uint32_t depth_{0};
};

class strict_reader {
 public:
  strict_reader(std::string_view text, std::uint32_t max_depth, std::string* out) noexcept
      : begin_{text.data()},
        at_{text.data()},
        end_{text.data() + text.size()},
        kept_{text.data()},
        max_depth_{std::min(max_depth, deepest)},
        out_{out} {}

  json_report run() {
    fault_ = read_text();
    if (fault_ == json_fault::none) flush();
    return {fault_, has_nul_, static_cast<std::size_t>(at_ - begin_)};
  }

 private:
  /// Appends what was passed since the last white space.
  void flush() {
    if (out_ != nullptr && at_ != kept_) out_->append(kept_, at_);
  }

  void skip_space() {
    if (at_ == end_ || !is_space(*at_)) return;
    flush();
    do {
      ++at_;
    } while (at_ != end_ && is_space(*at_));
    kept_ = at_;
  }

  bool take(char c) noexcept {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  json_fault read_text() {
    while (true) {
      // Here a value must stand.
      skip_space();
      if (at_ == end_) return json_fault::malformed;
      if (*at_ == '{' || *at_ == '[') {
        if (open_.depth() == max_depth_) return json_fault::too_deep;
        const bool object = *at_++ == '{';
        open_.push(object);
        skip_space();
        if (!take(object ? '}' : ']')) {
          if (object && !read_key()) return json_fault::malformed;
          continue;
        }
        open_.pop();
      } else if (!read_scalar()) {
        return json_fault::malformed;
      }
      // Here a value has ended, and perhaps what holds it.
      while (true) {
        skip_space();
        if (open_.depth() == 0) return at_ == end_ ? json_fault::none : json_fault::malformed;
        const bool object = open_.in_object();
        if (take(',')) {
          skip_space();
          if (object && !read_key()) return json_fault::malformed;
          break;
        }
        if (!take(object ? '}' : ']')) return json_fault::malformed;
        open_.pop();
      }
    }
  }

  bool read_key() {
    if (!read_string()) return false;
    skip_space();
    return take(':');
  }

  bool read_scalar() {
    switch (*at_) {
      case '"':
        return read_string();
      case 't':
        return read_word("true");
      case 'f':
        return read_word("false");
      case 'n':
        return read_word("null");
      default:
        return read_number();
    }
  }

  bool read_word(std::string_view word) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < word.size() || std::string_view{at_, word.size()} != word) return false;
    at_ += word.size();
    return true;
  }

  bool read_digits() noexcept {
    if (at_ == end_ || !is_digit(*at_)) return false;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return true;
  }

  bool read_number() noexcept {
    take('-');
    if (!take('0') && !read_digits()) return false;
    if (take('.') && !read_digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!read_digits()) return false;
    }
    return true;
  }

  bool read_string() noexcept {
    if (!take('"')) return false;
    while (true) {
      at_ = find_special(at_, end_);
      if (take('"')) return true;
      if (!take('\\') || !read_escape()) return false;
    }
  }

  bool read_escape() noexcept {
    if (at_ == end_) return false;
    switch (*at_++) {
      case '"':
      case '\\':
      case '/':
      case 'b':
      case 'f':
      case 'n':
      case 'r':
      case 't':
        return true;
      case 'u':
        return read_unicode_escape();
      default:
        --at_;
        return false;
    }
  }

  bool read_unicode_escape() noexcept {
    const auto first = read_hex4();
    if (!first) return false;
    if (*first == 0) has_nul_ = true;
    if (*first < 0xD800 || *first > 0xDFFF) return true;
    if (*first > 0xDBFF || !take('\\') || !take('u')) return false;
    const auto second = read_hex4();
    return second && *second >= 0xDC00 && *second <= 0xDFFF;
  }

  std::optional<std::uint32_t> read_hex4() noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == end_) return std::nullopt;
      const char c = *at_;
      const char lower = static_cast<char>(c | 0x20);
      if (is_digit(c)) {
        value = value << 4U | static_cast<std::uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        value = value << 4U | static_cast<std::uint32_t>(lower - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    return value;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* kept_;
  std::uint32_t max_depth_;
  std::string* out_;
  container_stack open_;
  json_fault fault_{json_fault::none};
  bool has_nul_{false};
};

}  // namespace

json_report append_compact(std::string& out, std::string_view text, std::uint32_t max_depth) {
  const std::size_t before = out.size();
  out.reserve(before + text.size());
  const json_report report = strict_reader{text, max_depth, &out}.run();
  if (report.fault != json_fault::none) out.resize(before);
  return report;
}

json_report check_json(std::string_view text, std::uint32_t max_depth) {
  return strict_reader{text, max_depth, nullptr}.run();
}

result<std::string> compact_object(std::string_view text, std::uint32_t max_depth) {
  std::string compact;
  const json_report report = append_compact(compact, text, max_depth);
  if (report.fault == json_fault::too_deep) {
    return failure{errc::invalid_request, "the JSON is nested more than " + std::to_string(max_depth) + " deep"};
  }
  if (report.fault == json_fault::malformed) {
    return failure{errc::malformed_json, "not valid JSON: byte " + std::to_string(report.at + 1)};
  }
  if (compact.front() != '{') return failure{errc::malformed_json, "not a JSON object"};
  return compact;
}

}  // namespace eventmgr::codec
