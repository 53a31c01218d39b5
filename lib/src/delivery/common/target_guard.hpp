#pragma once

#include <string_view>

namespace boost::asio::ip {
class address;
}

namespace eventmgr::delivery {

/// Why nothing is sent to an address, as "a link-local address, where cloud machines keep their metadata"; empty: it
/// may be sent to. Static storage.
///
/// Whoever may create a subscription chooses where this daemon connects, so the places that only the machine itself
/// should reach are closed: link-local (169.254.0.0/16, fe80::/10) and the other addresses at which clouds serve
/// credentials, and what is no single host (0.0.0.0/8, multicast, broadcast, reserved). IPv4 inside IPv6 (mapped,
/// NAT64, 6to4, Teredo, ISATAP) is judged as the IPv4 that it leads to. Loopback and private networks are open on
/// purpose: the subscribers of a small fleet live there, and closing them would close the daemon's first use.
std::string_view why_refused(const boost::asio::ip::address& target) noexcept;

}  // namespace eventmgr::delivery
