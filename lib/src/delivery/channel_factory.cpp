#include "delivery/channel_factory.hpp"

#include "delivery/common/target_check.hpp"
#include "delivery/definition_check.hpp"
#include "delivery/websocket/websocket_channel.hpp"

#include <functional>
#include <utility>

namespace eventmgr::delivery {
namespace {

class outbound_channel_factory final : public channel_factory {
 public:
  outbound_channel_factory(executor& core, const clock& time, const channel_factory_options& options)
      : io_{core, time, options.io}, webhooks_{io_, options.webhook}, websocket_limits_{options.websocket} {}
  outbound_channel_factory(const outbound_channel_factory&) = delete;
  outbound_channel_factory& operator=(const outbound_channel_factory&) = delete;

  // What lives on the thread goes before the thread's context does, but after the thread.
  ~outbound_channel_factory() override { io_.stop(); }

  void check(const subscription_definition& definition, std::function<void(result<void>)> done) override {
    auto targets = check_definition(definition);
    if (targets) return check_targets(io_, std::move(*targets), std::move(done));
    io_.core().post([done = std::move(done), why = targets.error()] { done(why); });
  }

  std::unique_ptr<channel> make(subscription_id id, const subscription_definition& definition,
                                channel_observer& observer) override {
    if (definition.channel != channel_kind::websocket) {
      return webhooks_.make(id, definition, definition.endpoint, observer);
    }
    fallback_factory fallback;
    if (!definition.options.fallback_webhook.empty()) {
      fallback = [&](channel_observer& to) {
        return webhooks_.make(id, definition, definition.options.fallback_webhook, to);
      };
    }
    return make_websocket_channel(io_, id, definition, observer, fallback, websocket_limits_);
  }

 private:
  delivery_io io_;
  webhook_channels webhooks_;
  const link_limits websocket_limits_;
};

}  // namespace

std::unique_ptr<channel_factory> make_channel_factory(executor& core, const clock& time,
                                                      const channel_factory_options& options) {
  return std::make_unique<outbound_channel_factory>(core, time, options);
}

}  // namespace eventmgr::delivery
