#include "delivery/webhook/webhook_channel.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::delivery {

/// Counts what is under way, and passes results on until the channel is closed.
class webhook_channel::core_half final : public settlement_target,
                                         public delivery_budget::waiter,
                                         public std::enable_shared_from_this<core_half> {
 public:
  core_half(std::shared_ptr<delivery_budget> budget, std::size_t most, channel_observer& observer)
      : budget_{std::move(budget)}, most_{most}, observer_{&observer} {}

  std::size_t capacity() {
    if (observer_ == nullptr || under_way_ >= most_) return 0;
    const auto room = budget_->room(under_way_);
    if (room == 0 && !waiting_) {
      waiting_ = true;
      budget_->wait(shared_from_this());
    }
    return std::min(room, most_ - under_way_);
  }

  bool is_starved() const noexcept { return waiting_; }

  /// False if it is closed.
  bool sent() noexcept {
    if (observer_ == nullptr) return false;
    ++under_way_;
    budget_->take();
    return true;
  }

  /// False if it was closed already.
  bool close() {
    if (observer_ == nullptr) return false;
    observer_ = nullptr;
    budget_->give_back(std::exchange(under_way_, 0));
    return true;
  }

  void settled(std::span<delivery_result> results) override {
    if (observer_ == nullptr) return;
    --under_way_;
    budget_->give_back(1);
    observer_->settled(results);
  }

  void ready() override {
    if (observer_ != nullptr) observer_->ready();
  }

  void room_made() override {
    waiting_ = false;
    ready();
  }

 private:
  const std::shared_ptr<delivery_budget> budget_;
  const std::size_t most_;
  channel_observer* observer_;  ///< null once closed
  std::size_t under_way_{0};
  bool waiting_{false};
};

webhook_channel::webhook_channel(webhook_client& client, std::shared_ptr<delivery_budget> budget,
                                 const endpoint_url& to, request_writer writer, const subscription_options& options,
                                 channel_observer& observer)
    : client_{client},
      half_{std::make_shared<core_half>(std::move(budget), options.max_concurrency, observer)},
      line_{std::make_shared<webhook_line>(webhook_line{to, options.ack_timeout, std::move(writer), half_})} {}

webhook_channel::~webhook_channel() { close(); }

std::size_t webhook_channel::capacity() const { return half_->capacity(); }

void webhook_channel::send(std::vector<outgoing_event> batch) {
  if (batch.empty() || !half_->sent()) return;
  client_.deliver(line_, std::move(batch));
}

std::string webhook_channel::trouble() const {
  return half_->is_starved() ? "too many deliveries of other subscriptions are under way" : std::string{};
}

void webhook_channel::close() {
  if (half_->close()) client_.cancel(line_);
}

}  // namespace eventmgr::delivery
