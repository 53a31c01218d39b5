#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/breaker_registry.hpp"
#include "broker/delivery/receipt_board.hpp"
#include "broker/delivery/recent_successes.hpp"
#include "broker/delivery/state_journal.hpp"
#include "broker/delivery/timers.hpp"
#include "broker/query_desk.hpp"
#include "broker/recent_reads.hpp"
#include "broker/sequencer.hpp"
#include "ports/channel.hpp"
#include "ports/subscription_texts.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace eventmgr {

/// What the durable subscriptions of one broker share. Used on the core's thread.
struct delivery_context {
  broker_ports ports;
  broker_executors executors;
  query_desk& desk;
  sequencer& flow;
  recent_reads& reads;
  state_journal& journal;
  timers& alarms;
  breaker_registry& breakers;
  receipt_board& receipts;
  recent_successes& successes;
  broker_counters& counters;
  std::uint32_t read_batch;
  std::string run_id;  ///< tells acknowledgements of this run from those of another
  std::mt19937_64 random{std::random_device{}()};
  /// Numbers flights and consumers, over all subscriptions: an acknowledgement that comes after a seek, or after its
  /// subscription was deleted and made again under the same name, means nothing else.
  std::uint64_t serial{0};
};

}  // namespace eventmgr
