#include "delivery/common/name_resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace eventmgr::delivery {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t max_entries = 1024;

struct free_addresses {
  void operator()(addrinfo* found) const noexcept { ::freeaddrinfo(found); }
};

}  // namespace

resolved_name look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  resolved_name out;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    const int cause = errno;
    out.why = ::gai_strerror(code);
    out.temporary = code == EAI_AGAIN;
    const bool by_system = code == EAI_SYSTEM && (cause == EMFILE || cause == ENFILE || cause == ENOBUFS);
    out.exhausted = by_system || code == EAI_MEMORY;
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

name_resolver::name_resolver(boost::asio::io_context& io, name_resolver_options options)
    : io_{io}, options_{std::move(options)}, relief_{io}, threads_{"em-dns", options_.threads} {}

name_resolver::~name_resolver() { stop(); }

void name_resolver::stop() {
  stopping_ = true;
  threads_.stop();
}

void name_resolver::resolve(const std::string& host, handler done) {
  boost::system::error_code no_figures;
  if (const auto address = ip::make_address(host, no_figures); !no_figures) {
    boost::asio::post(io_, [address, done = std::move(done)] { done(resolved_name{.addresses = {address}}); });
    return;
  }
  auto& known = entries_[host];
  const auto now = clock::now();
  if (now < known.fresh_until) {
    boost::asio::post(io_, [answer = known.answer, done = std::move(done)] { done(answer); });
    return;
  }
  if (known.asked && now < known.good_until && now - known.asked_at >= options_.patience) {
    boost::asio::post(io_, [answer = known.good, done = std::move(done)] { done(answer); });
    return;
  }
  known.waiting.push_back(std::move(done));
  if (!known.asked) ask(host, known);
  if (now < known.good_until) relieve();
}

void name_resolver::ask(const std::string& host, entry& about) {
  about.asked = true;
  about.asked_at = clock::now();
  if (about.slow && slow_running_ >= options_.slow_threads) {
    slow_queue_.push_back(host);
  } else {
    start(host, about.slow);
  }
}

void name_resolver::start(const std::string& host, bool slow) {
  slow_running_ += slow ? 1 : 0;
  threads_.post([this, host, slow] {
    if (stopping_) return;
    const auto begin = clock::now();
    auto answer = options_.ask(host);
    boost::asio::post(io_, [this, host, slow, took = clock::now() - begin, answer = std::move(answer)]() mutable {
      finish(host, slow, took, std::move(answer));
    });
  });
}

void name_resolver::finish(const std::string& host, bool was_slow, clock::duration took, resolved_name answer) {
  if (was_slow) {
    --slow_running_;
    if (!slow_queue_.empty()) {
      const std::string next = std::move(slow_queue_.front());
      slow_queue_.pop_front();
      start(next, true);
    }
  }
  auto& known = entries_[host];
  const auto now = clock::now();
  known.asked = false;
  known.slow = took > options_.patience;
  if (!answer.addresses.empty()) {
    known.good = answer;
    known.good_until = now + options_.reserve;
  } else if (!answer.temporary && !answer.exhausted) {
    // It is known now that there is none.
    known.good_until = {};
  }
  const bool stands_in = answer.addresses.empty() && now < known.good_until;
  known.answer = stands_in ? known.good : std::move(answer);
  known.fresh_until = now + options_.freshness;
  const auto waiting = std::exchange(known.waiting, {});
  const auto given = known.answer;
  forget_old();
  for (const auto& done : waiting) done(given);
}

void name_resolver::relieve() {
  if (std::exchange(relief_set_, true)) return;
  relief_.expires_after(options_.patience);
  relief_.async_wait([this](const boost::system::error_code& code) {
    if (code) return;
    relief_set_ = false;
    const auto now = clock::now();
    bool more = false;
    std::vector<std::pair<std::vector<handler>, resolved_name>> relieved;
    for (auto& [host, known] : entries_) {
      if (known.waiting.empty() || now >= known.good_until) continue;
      if (now - known.asked_at < options_.patience) {
        more = true;
      } else {
        relieved.emplace_back(std::exchange(known.waiting, {}), known.good);
      }
    }
    if (more) relieve();
    for (const auto& [waiting, answer] : relieved) {
      for (const auto& done : waiting) done(answer);
    }
  });
}

void name_resolver::forget_old() {
  if (entries_.size() <= max_entries) return;
  const auto now = clock::now();
  std::erase_if(entries_, [now](const auto& each) { return !each.second.asked && each.second.fresh_until <= now; });
}

}  // namespace eventmgr::delivery
