#include <eventmgr/id.hpp>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include <algorithm>

namespace eventmgr {
namespace {

constexpr std::size_t text_size = 36;

constexpr bool is_dash_place(std::size_t i) noexcept { return i == 8 || i == 13 || i == 18 || i == 23; }

constexpr std::uint8_t no_digit = 0xFF;

/// The value of a hexadecimal digit; `no_digit` for any other character.
constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (unsigned char i = 0; i < 10; ++i) values['0' + i] = i;
  for (unsigned char i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

}  // namespace

std::optional<uuid> parse_uuid(std::string_view text) noexcept {
  if (text.size() != text_size) return std::nullopt;
  uuid id;
  std::size_t byte = 0;
  for (std::size_t i = 0; i < text_size;) {
    if (is_dash_place(i)) {
      if (text[i] != '-') return std::nullopt;
      ++i;
      continue;
    }
    const std::uint8_t high = digit_values[static_cast<unsigned char>(text[i])];
    const std::uint8_t low = digit_values[static_cast<unsigned char>(text[i + 1])];
    if (high == no_digit || low == no_digit) return std::nullopt;
    id.bytes[byte++] = static_cast<std::uint8_t>(high << 4 | low);
    i += 2;
  }
  return id;
}

void append_to(std::string& out, const uuid& id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, text_size> text;
  std::size_t at = 0;
  for (const std::uint8_t byte : id.bytes) {
    if (is_dash_place(at)) text[at++] = '-';
    text[at++] = digits[byte >> 4U];
    text[at++] = digits[byte & 15U];
  }
  out.append(text.data(), text.size());
}

std::string to_string(const uuid& id) {
  std::string text;
  append_to(text, id);
  return text;
}

uuid make_uuid_v5(const uuid& name_space, std::string_view name) {
  boost::uuids::uuid root;
  std::ranges::copy(name_space.bytes, root.begin());
  const boost::uuids::uuid made = boost::uuids::name_generator_sha1{root}(name.data(), name.size());
  uuid id;
  std::copy(made.begin(), made.end(), id.bytes.begin());
  return id;
}

uuid make_uuid_v7(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random) noexcept {
  uuid id;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  // The low 74 of the 80 bits: 12 after the version, 62 after the variant. Counting `random` up counts the id up.
  const auto joined =
      static_cast<std::uint64_t>(random[0] & 3U) << 16U | static_cast<std::uint64_t>(random[1]) << 8U | random[2];
  id.bytes[6] = static_cast<std::uint8_t>(0x70U | (joined >> 14U & 0x0FU));
  id.bytes[7] = static_cast<std::uint8_t>(joined >> 6U);
  id.bytes[8] = static_cast<std::uint8_t>(0x80U | (joined & 0x3FU));
  std::copy(random.begin() + 3, random.end(), id.bytes.begin() + 9);
  return id;
}

std::optional<std::int64_t> unix_ms_of(const uuid& id) noexcept {
  const bool is_rfc = (id.bytes[8] >> 6U) == 2;
  if (!is_rfc || (id.bytes[6] >> 4U) != 7) return std::nullopt;
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8U | id.bytes[i];
  return ms;
}

}  // namespace eventmgr
