#include "delivery/common/name_resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>

namespace eventmgr::delivery {
namespace {

namespace ip = boost::asio::ip;

constexpr std::chrono::seconds freshness{1};
constexpr std::size_t max_entries = 1024;

struct free_addresses {
  void operator()(addrinfo* found) const noexcept { ::freeaddrinfo(found); }
};

resolved_name look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  resolved_name out;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    out.why = ::gai_strerror(code);
    return out;
  }
  const std::unique_ptr<addrinfo, free_addresses> owned{found};
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      sockaddr_in in{};
      std::memcpy(&in, each->ai_addr, sizeof in);
      out.addresses.emplace_back(ip::address_v4{ntohl(in.sin_addr.s_addr)});
    } else if (each->ai_family == AF_INET6) {
      sockaddr_in6 in{};
      std::memcpy(&in, each->ai_addr, sizeof in);
      ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
      out.addresses.emplace_back(ip::address_v6{bytes, in.sin6_scope_id});
    }
  }
  if (out.addresses.empty()) out.why = "it has no address";
  return out;
}

}  // namespace

name_resolver::name_resolver(boost::asio::io_context& io, std::size_t threads) : io_{io}, threads_{"em-dns", threads} {}

name_resolver::~name_resolver() { stop(); }

void name_resolver::stop() {
  stopping_ = true;
  threads_.stop();
}

void name_resolver::resolve(const std::string& host, handler done) {
  boost::system::error_code no_figures;
  if (const auto address = ip::make_address(host, no_figures); !no_figures) {
    boost::asio::post(io_, [address, done = std::move(done)] { done(resolved_name{{address}, {}}); });
    return;
  }
  auto& known = entries_[host];
  if (clock::now() < known.fresh_until) {
    boost::asio::post(io_, [answer = known.answer, done = std::move(done)] { done(answer); });
    return;
  }
  known.waiting.push_back(std::move(done));
  if (known.waiting.size() > 1) return;
  threads_.post([this, host] {
    if (stopping_) return;
    boost::asio::post(io_, [this, host, answer = look_up(host)]() mutable { finish(host, std::move(answer)); });
  });
}

void name_resolver::finish(const std::string& host, resolved_name answer) {
  auto& known = entries_[host];
  const auto waiting = std::exchange(known.waiting, {});
  known.answer = std::move(answer);
  known.fresh_until = clock::now() + freshness;
  const auto given = known.answer;
  forget_old();
  for (const auto& done : waiting) done(given);
}

void name_resolver::forget_old() {
  if (entries_.size() <= max_entries) return;
  const auto now = clock::now();
  std::erase_if(entries_,
                [now](const auto& each) { return each.second.waiting.empty() && each.second.fresh_until <= now; });
}

}  // namespace eventmgr::delivery
