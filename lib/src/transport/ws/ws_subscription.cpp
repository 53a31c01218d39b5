#include "transport/ws/ws_subscription.hpp"

#include "transport/ws/ws_consumer.hpp"
#include "transport/ws/ws_tail.hpp"

#include <iterator>
#include <utility>

namespace eventmgr::transport {

namespace {

class tail_subscription final : public ws_subscription {
 public:
  tail_subscription(broker& subject, tail_request request, ws_subscriber client)
      : sink_{std::make_shared<ws_tail>(std::move(client.id), std::move(client.sender), std::move(client.ended))},
        handle_{subject.open_tail(std::move(request), sink_)} {
    if (sink_->attach(handle_->id())) handle_->resume();
  }

  void detach() override { sink_->detach(); }
  bool answered() const override { return sink_->answered(); }
  bool over() const override { return sink_->over(); }
  void on_room() override {
    if (sink_->take_refusal()) handle_->resume();
  }
  bool acknowledge(std::vector<lease_result>) override { return false; }
  void settle() override {}

 private:
  const std::shared_ptr<ws_tail> sink_;
  const std::unique_ptr<tail_handle> handle_;
};

class consumer_subscription final : public ws_subscription {
 public:
  consumer_subscription(broker& subject, attach_request request, ws_subscriber client)
      : sink_{std::make_shared<ws_consumer>(std::move(client.id), std::move(client.sender), std::move(client.ended))},
        handle_{subject.subscriptions().attach(std::move(request), sink_)} {}

  void detach() override { sink_->detach(); }
  bool answered() const override { return sink_->answered(); }
  bool over() const override { return sink_->over(); }
  void on_room() override {
    if (sink_->take_refusal()) handle_->resume();
  }

  bool acknowledge(std::vector<lease_result> results) override {
    if (said_.empty()) {
      said_ = std::move(results);
    } else {
      said_.insert(said_.end(), std::make_move_iterator(results.begin()), std::make_move_iterator(results.end()));
    }
    if (said_.size() >= most_at_once) settle();
    return true;
  }

  void settle() override {
    if (!said_.empty()) handle_->acknowledge(std::exchange(said_, {}));
  }

 private:
  static constexpr std::size_t most_at_once = 1000;

  const std::shared_ptr<ws_consumer> sink_;
  const std::unique_ptr<consumer_handle> handle_;
  std::vector<lease_result> said_;
};

}  // namespace

std::unique_ptr<ws_subscription> open_tail(broker& subject, tail_request request, ws_subscriber client) {
  return std::make_unique<tail_subscription>(subject, std::move(request), std::move(client));
}

std::unique_ptr<ws_subscription> attach_consumer(broker& subject, attach_request request, ws_subscriber client) {
  return std::make_unique<consumer_subscription>(subject, std::move(request), std::move(client));
}

}  // namespace eventmgr::transport
