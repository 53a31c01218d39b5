#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "broker/delivery/timers.hpp"
#include "ports/channel.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace eventmgr {

/// A consumer of a group; no other group's has it, so that one of a group that has ended means nobody.
using consumer_key = std::uint64_t;

/// The channel of a subscription to which clients come by themselves: they attach, or ask for events, and acknowledge
/// each. Consumers share the events, turn by turn.
///
/// With a channel behind it (`realtime`), that one is used while no consumer is attached. Used on the core's thread.
class consumer_group final : public channel {
 public:
  consumer_group(delivery_context& context, channel_observer& observer, const subscription_definition& definition,
                 std::unique_ptr<channel> behind);

  consumer_key attach(std::shared_ptr<consumer_sink> sink);
  /// Gives its unacknowledged events back. Detaching an absent consumer is not an error.
  void detach(consumer_key who);
  void resume(consumer_key who);

  /// Takes what clients say of their leases; of those of one consumer only, if it is given.
  ack_summary acknowledge(const std::vector<lease_result>& results, std::optional<consumer_key> who);

  void pull(std::uint32_t max, std::chrono::milliseconds wait, std::shared_ptr<std::atomic<bool>> cancelled,
            reply<std::vector<leased_event>> done);

  /// The lease is over: acknowledging it is in vain from now on. False: this was none of the group's.
  bool expire(delivery_tag tag);

  /// Ends all consumers and pulls.
  void end(const failure& why);

  std::size_t consumers() const noexcept;
  /// Whether events go to clients now, not to the channel behind.
  bool serves() const noexcept { return !behind_ || !consumers_.empty(); }

  std::size_t capacity() const override;
  void send(std::vector<outgoing_event> batch) override;
  std::string_view origin() const override { return serves() ? std::string_view{} : behind_->origin(); }
  std::string trouble() const override;
  void close() override;

 private:
  struct consumer {
    std::shared_ptr<consumer_sink> sink{};
    bool full{false};
    std::unordered_set<delivery_tag> leases{};
  };
  struct waiting_pull {
    std::uint64_t key{0};
    std::uint32_t max{1};
    timers::key deadline{};
    std::shared_ptr<std::atomic<bool>> cancelled{};
    reply<std::vector<leased_event>> done{};
  };
  struct lease {
    std::optional<consumer_key> consumer{};
    time_point since{};
  };

  std::string ack_id_of(delivery_tag tag) const;
  std::optional<delivery_tag> tag_of(std::string_view ack_id) const;
  leased_event lease_out(outgoing_event event, std::optional<consumer_key> to);
  void answer_pull(const waiting_pull& pull, std::vector<outgoing_event> batch);
  bool offer(std::vector<outgoing_event>& batch);
  void release(std::vector<delivery_tag> tags);
  /// Of clients that went away and came again, so that what waits is bounded by the connections that are open.
  void forget_cancelled_pulls();
  void time_out(std::uint64_t pull);

  delivery_context& context_;
  channel_observer& observer_;
  const std::uint32_t batch_size_;
  const channel_kind kind_;
  const std::unique_ptr<channel> behind_;
  std::unordered_map<consumer_key, consumer> consumers_;
  std::deque<consumer_key> turns_;  ///< who is offered events first
  std::deque<waiting_pull> pulls_;
  std::unordered_map<delivery_tag, lease> leases_;
  const std::shared_ptr<bool> open_{std::make_shared<bool>(true)};
};

}  // namespace eventmgr
