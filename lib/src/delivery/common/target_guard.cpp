#include "delivery/common/target_guard.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace eventmgr::delivery {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view link_local =
    "a link-local address, where cloud machines keep their metadata and credentials";
constexpr std::string_view cloud_metadata = "an address at which a cloud serves metadata and credentials";
constexpr std::string_view no_host = "the unspecified address or its network, which names no host";
constexpr std::string_view multicast = "a multicast address";
constexpr std::string_view reserved = "a reserved or broadcast address";

template <std::size_t Size>
struct network {
  std::array<std::uint8_t, Size> prefix;
  unsigned bits;
  std::string_view why;

  bool holds(const std::array<std::uint8_t, Size>& address) const noexcept {
    const auto whole = bits / 8;
    if (!std::equal(prefix.begin(), prefix.begin() + whole, address.begin())) return false;
    if (bits % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - bits % 8));
    return ((prefix[whole] ^ address[whole]) & mask) == 0;
  }
};

constexpr std::array v4_networks{
    network<4>{{0, 0, 0, 0}, 8, no_host},
    network<4>{{169, 254, 0, 0}, 16, link_local},          // AWS, Google, Azure, OpenStack, ECS, ...
    network<4>{{100, 100, 100, 200}, 32, cloud_metadata},  // Alibaba
    network<4>{{168, 63, 129, 16}, 32, cloud_metadata},    // Azure's wire server
    network<4>{{192, 0, 0, 192}, 32, cloud_metadata},      // Oracle
    network<4>{{224, 0, 0, 0}, 4, multicast},
    network<4>{{240, 0, 0, 0}, 4, reserved},
};

constexpr std::array v6_networks{
    network<16>{{}, 128, no_host},
    network<16>{{0xFE, 0x80}, 10, link_local},
    network<16>{{0xFD, 0x00, 0x0E, 0xC2}, 32, cloud_metadata},  // AWS: metadata, pod identity
    network<16>{{0xFD, 0x20, 0x00, 0xCE}, 32, cloud_metadata},  // Google
    network<16>{{0xFF}, 8, multicast},
};

using v4_bytes = std::array<std::uint8_t, 4>;
using v6_bytes = std::array<std::uint8_t, 16>;

std::string_view judge(const v4_bytes& address) noexcept {
  for (const auto& each : v4_networks) {
    if (each.holds(address)) return each.why;
  }
  return {};
}

v4_bytes four(const v6_bytes& address, std::size_t at) noexcept {
  return {address[at], address[at + 1], address[at + 2], address[at + 3]};
}

bool begins(const v6_bytes& address, const v6_bytes& prefix, unsigned bits) noexcept {
  return network<16>{prefix, bits, {}}.holds(address);
}

/// The IPv4 address that a router or a tunnel would turn this one into.
std::optional<v4_bytes> inner_v4(const v6_bytes& a) noexcept {
  // Compatible (::a.b.c.d), but for "::" and "::1".
  if (begins(a, {}, 96) && (a[12] != 0 || a[13] != 0 || a[14] != 0)) return four(a, 12);
  if (begins(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96)) return four(a, 12);        // mapped
  if (begins(a, {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}, 96)) return four(a, 12);        // translated, RFC 2765
  if (begins(a, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}, 96)) return four(a, 12);  // NAT64, RFC 6052
  if (begins(a, {0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48)) {
    // NAT64 of a local prefix (RFC 8215), of 48 bits with zeros behind the address, or of 96.
    const bool short_prefix = std::all_of(a.begin() + 11, a.end(), [](std::uint8_t byte) { return byte == 0; });
    if (short_prefix) return v4_bytes{a[6], a[7], a[9], a[10]};
    return four(a, 12);
  }
  if (begins(a, {0x20, 0x02}, 16)) return four(a, 2);  // 6to4
  if (begins(a, {0x20, 0x01, 0x00, 0x00}, 32)) {       // Teredo: the client's address is inverted
    auto client = four(a, 12);
    for (auto& byte : client) byte = static_cast<std::uint8_t>(~byte);
    return client;
  }
  const bool isatap = (a[8] & 0xFDU) == 0 && a[9] == 0 && a[10] == 0x5E && a[11] == 0xFE;
  if (isatap) return four(a, 12);
  return std::nullopt;
}

}  // namespace

std::string_view why_refused(const ip::address& target) noexcept {
  if (target.is_v4()) return judge(target.to_v4().to_bytes());
  const v6_bytes bytes = target.to_v6().to_bytes();
  for (const auto& each : v6_networks) {
    if (each.holds(bytes)) return each.why;
  }
  if (const auto inner = inner_v4(bytes)) return judge(*inner);
  return {};
}

}  // namespace eventmgr::delivery
