#pragma once

#include "bench/load/event_source.hpp"
#include "bench/load/publish_load.hpp"
#include "bench/load/report.hpp"
#include "bench/load/server_under_test.hpp"

#include <cstddef>
#include <cstdint>

namespace eventmgr::bench {

/// A durable subscription's consumers on WebSockets, at a fixed rate.
struct durable_options {
  publish_shape shape{256, 0};
  std::size_t consumers{1};
  std::uint32_t window{1000};     ///< unacknowledged events over all of them
  std::uint32_t batch_size{1};    ///< events in a message
  std::size_t acks_per_frame{1};  ///< of a consumer's messages
  double rate{10000};             ///< events a second
  unsigned seconds{60};
  unsigned warmup{2};
};

/// Webhooks to a minimal receiver in this program.
struct webhook_options {
  std::uint32_t batch_size{1};
  std::uint32_t concurrency{64};
  std::uint64_t events{100000};  ///< delivered as fast as it goes, from the store
  double rate{0};                ///< above 0: published and delivered at this rate instead
  unsigned seconds{10};          ///< so long
  publish_shape shape{64, 0};
};

/// A webhook's latency without and with a neighbour that never answers.
struct dead_endpoint_options {
  publish_shape shape{64, 0};
  std::uint32_t concurrency{64};  ///< of each of the two
  std::uint32_t ack_timeout_ms{2000};
  double rate{1000};
  unsigned seconds{20};  ///< each
  unsigned warmup{2};
};

/// A webhook's latency without and with a replay to the same subscription.
struct replay_options {
  publish_shape shape{64, 0};
  std::uint32_t concurrency{64};
  std::uint64_t history{1000000};  ///< events to replay
  double rate{1000};
  unsigned seconds{10};  ///< each
  unsigned warmup{2};
};

/// What many subscriptions cost a publisher, and how long making one takes.
struct subscription_count_options {
  unsigned subscriptions{1000};
  std::uint64_t events{200000};  ///< published for each of the two measurements
  double rate{5000};             ///< while subscriptions are made and deleted
  unsigned changes{500};         ///< so many of each
};

/// A subscriber that is away.
struct backlog_options {
  std::uint64_t events{1000000};
  std::uint64_t warmup{20000};  ///< events before the daemon's memory is first read
  std::uint32_t batch_size{1000};
  std::uint32_t concurrency{4};
};

report run_durable(const durable_options& options, const target_options& target, const event_spec& spec);
report run_webhooks(const webhook_options& options, const target_options& target, const event_spec& spec);
report run_dead_endpoint(const dead_endpoint_options& options, const target_options& target, const event_spec& spec);
report run_replay(const replay_options& options, const target_options& target, const event_spec& spec);
report run_subscriptions(const subscription_count_options& options, const target_options& target, event_spec spec);
report run_backlog(const backlog_options& options, const target_options& target, const event_spec& spec);

}  // namespace eventmgr::bench
