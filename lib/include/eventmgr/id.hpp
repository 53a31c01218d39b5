#pragma once

#include <eventmgr/export.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace eventmgr {

/// A UUID (RFC 9562) as 16 bytes, most significant first, so that it sorts as its text does.
struct uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const uuid&, const uuid&) = default;

  bool is_nil() const noexcept { return *this == uuid{}; }
};

/// Reads the form 8-4-4-4-12, hexadecimal in either case; anything else, braces and "urn:uuid:" included, is nullopt.
EVENTMGR_API std::optional<uuid> parse_uuid(std::string_view text) noexcept;

/// The 36 characters of the lower-case form.
EVENTMGR_API std::string to_string(const uuid& id);

/// Appends the 36 characters of the lower-case form.
EVENTMGR_API void append_to(std::string& out, const uuid& id);

/// Version 5 (SHA-1 of namespace and name). The same input always gives the same id.
EVENTMGR_API uuid make_uuid_v5(const uuid& name_space, std::string_view name);

/// Version 7 from milliseconds since 1970 and 74 random bits (the low bits of `random`).
EVENTMGR_API uuid make_uuid_v7(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random) noexcept;

/// When a UUID of version 7 was made, in milliseconds since 1970; nullopt for one of another version.
EVENTMGR_API std::optional<std::int64_t> unix_ms_of(const uuid& id) noexcept;

/// A UUID that cannot be mistaken for another kind of id.
template <class Tag>
struct typed_id {
  uuid value{};

  friend auto operator<=>(const typed_id&, const typed_id&) = default;

  static std::optional<typed_id> parse(std::string_view text) noexcept {
    if (const auto id = parse_uuid(text)) return typed_id{*id};
    return std::nullopt;
  }
};

template <class Tag>
std::string to_string(const typed_id<Tag>& id) {
  return to_string(id.value);
}

/// Names an event; what makes publishing it twice the same as publishing it once.
using event_id = typed_id<struct event_id_tag>;
/// Names a subscription.
using subscription_id = typed_id<struct subscription_id_tag>;

/// A log of its own, numbered from 0. The embedded store has one.
struct partition_id {
  std::uint16_t value{0};

  friend auto operator<=>(const partition_id&, const partition_id&) = default;
};

/// An event's place in its partition, from 1 and without gaps; 0 is the place before the first event.
struct offset {
  std::uint64_t value{0};

  friend auto operator<=>(const offset&, const offset&) = default;

  offset next() const noexcept { return {value + 1}; }
};

}  // namespace eventmgr

template <>
struct std::hash<eventmgr::uuid> {
  std::size_t operator()(const eventmgr::uuid& id) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), sizeof high);
    std::memcpy(&low, id.bytes.data() + 8, sizeof low);
    return static_cast<std::size_t>(high * 0x9E3779B97F4A7C15ULL ^ low);
  }
};

template <class Tag>
struct std::hash<eventmgr::typed_id<Tag>> {
  std::size_t operator()(const eventmgr::typed_id<Tag>& id) const noexcept {
    return std::hash<eventmgr::uuid>{}(id.value);
  }
};
