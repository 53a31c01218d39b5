#include "delivery/websocket/websocket_channel.hpp"

#include "delivery/common/settlement_box.hpp"
#include "delivery/websocket/websocket_link.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::delivery {

namespace {

/// Where the link's results go until the channel is closed.
class observer_target final : public settlement_target {
 public:
  explicit observer_target(channel_observer& observer) : observer_{&observer} {}

  void settled(std::span<delivery_result> results) override {
    if (observer_ != nullptr) observer_->settled(results);
  }
  void ready() override {
    if (observer_ != nullptr) observer_->ready();
  }

  void close() noexcept { observer_ = nullptr; }

 private:
  channel_observer* observer_;
};

class websocket_channel final : public channel {
 public:
  websocket_channel(delivery_io& io, link_settings settings, channel_observer& observer,
                    const fallback_factory& fallback)
      : origin_{settings.to.origin},
        target_{std::make_shared<observer_target>(observer)},
        link_{std::make_shared<websocket_link>(io, std::move(settings), target_)},
        fallback_{fallback ? fallback(observer) : nullptr} {
    link_->start();
  }

  websocket_channel(const websocket_channel&) = delete;
  websocket_channel& operator=(const websocket_channel&) = delete;
  ~websocket_channel() override { end(); }

  std::size_t capacity() const override { return falls_back() ? fallback_->capacity() : link_->capacity(); }

  void send(std::vector<outgoing_event> batch) override {
    if (falls_back()) {
      fallback_->send(std::move(batch));
    } else {
      link_->send(std::move(batch));
    }
  }

  std::string_view origin() const override { return falls_back() ? fallback_->origin() : origin_; }

  std::string trouble() const override { return falls_back() ? fallback_->trouble() : link_->trouble(); }

  void close() override { end(); }

 private:
  bool falls_back() const { return fallback_ && link_->failed(); }

  void end() {
    if (std::exchange(ended_, true)) return;
    target_->close();
    link_->stop();
    if (fallback_) fallback_->close();
  }

  const std::string origin_;
  const std::shared_ptr<observer_target> target_;
  const std::shared_ptr<websocket_link> link_;
  const std::unique_ptr<channel> fallback_;
  bool ended_{false};
};

}  // namespace

std::unique_ptr<channel> make_websocket_channel(delivery_io& io, subscription_id id,
                                                const subscription_definition& definition, channel_observer& observer,
                                                const fallback_factory& fallback, const link_limits& limits) {
  const subscription_options& options = definition.options;
  link_settings settings{
      .to = parse_endpoint_url(definition.endpoint, endpoint_scheme::websocket, "/endpoint").value(),
      .subscription = definition.name,
      .headers = options.headers,
      .compression = options.compression,
      .batch_size = options.batch_size,
      .format = options.format,
      .ack_timeout = options.ack_timeout,
      .limits = limits,
  };
  settings.headers.emplace_back("x-eventmgr-subscription", to_string(id.value));
  return std::make_unique<websocket_channel>(io, std::move(settings), observer, fallback);
}

}  // namespace eventmgr::delivery
