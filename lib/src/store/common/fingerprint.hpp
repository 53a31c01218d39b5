#pragma once

#include <eventmgr/event.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace eventmgr {

/// A hash (FNV-1a, 64 bits) over the clauses of a query, with the length of each text mixed in so that "ab","c" and
/// "a","bc" differ, and an absent clause differs from an empty one.
class fingerprint {
 public:
  void add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) mix(static_cast<unsigned char>(c));
  }
  void add(std::uint64_t word) noexcept {
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(word >> shift));
  }
  void add(time_point at) noexcept { add(static_cast<std::uint64_t>(at.time_since_epoch().count())); }
  template <class Tag>
  void add(const typed_id<Tag>& id) noexcept {
    for (const std::uint8_t byte : id.value.bytes) mix(byte);
  }
  void add(const topic_pattern& pattern) noexcept { add(std::string_view{pattern.str()}); }
  void add(const std::string& text) noexcept { add(std::string_view{text}); }

  template <class T>
    requires std::is_enum_v<T>
  void add(T value) noexcept {
    add(static_cast<std::uint64_t>(value));
  }

  template <class T>
  void add(const std::optional<T>& clause) noexcept {
    mix(clause ? 1 : 0);
    if (clause) add(*clause);
  }

  std::uint64_t value() const noexcept { return state_; }

 private:
  void mix(unsigned char byte) noexcept { state_ = (state_ ^ byte) * 0x100000001B3ULL; }

  std::uint64_t state_{0xCBF29CE484222325ULL};
};

}  // namespace eventmgr
