#pragma once

#include "bench/load/delivery_meter.hpp"
#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_listener.hpp"

#include <cstdint>
#include <string>

namespace eventmgr::bench {

/// The least that a receiver of webhooks can be: looks for offsets and stamps in what comes, and answers 200.
class webhook_sink {
 public:
  webhook_sink(event_loop& loop, delivery_meter& meter);

  std::string url() const;
  std::uint64_t requests() const noexcept { return requests_; }

  /// Of these, replays, which are not metered.
  std::uint64_t replays() const noexcept { return replays_; }

 private:
  delivery_meter& meter_;
  std::uint64_t requests_{0};
  std::uint64_t replays_{0};
  http_listener listener_;
};

/// A receiver of webhooks that never answers.
class dead_endpoint {
 public:
  explicit dead_endpoint(event_loop& loop);

  std::string url() const;
  std::uint64_t requests() const noexcept { return requests_; }

 private:
  std::uint64_t requests_{0};
  http_listener listener_;
};

}  // namespace eventmgr::bench
