#include "assembly/broker_host.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "broker/in_process_manager.hpp"
#include "codec/event_decoder.hpp"
#include "codec/event_input.hpp"
#include "codec/filter_codec.hpp"
#include "codec/redelivery_codec.hpp"
#include "codec/subscription_codec.hpp"

#include <eventmgr/event_manager.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <future>
#include <thread>
#include <utility>

namespace eventmgr {

namespace {

/// A broker with a core thread of its own.
class private_broker {
 public:
  explicit private_broker(const settings& options)
      : host_{std::make_unique<assembly::broker_host>(options, context_)}, core_{"em-core", 1} {
    core_.post([this] { context_.run(); });
  }

  private_broker(const private_broker&) = delete;
  private_broker& operator=(const private_broker&) = delete;

  ~private_broker() {
    std::promise<void> drained;
    // Behind the refusals that publishers are still to be told.
    host_->get().drain([&] { host_->core().post([&] { drained.set_value(); }); });
    drained.get_future().wait();
    work_.reset();
    context_.stop();
    core_.stop();
    host_.reset();
  }

  assembly::broker_host& host() noexcept { return *host_; }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::unique_ptr<assembly::broker_host> host_;
  thread_executor core_;
};

}  // namespace

std::unique_ptr<event_manager> event_manager::open(const settings& options) {
  auto owned = std::make_shared<private_broker>(options);
  assembly::broker_host& host = owned->host();
  for (const topic_declaration& declaration : options.topics) {
    std::promise<result<broker::declared_topic>> answer;
    host.get().declare_topic(declaration, declare_mode::replace, [&](auto done) { answer.set_value(std::move(done)); });
    answer.get_future().get().value();
  }
  for (const subscription_definition& definition : options.subscriptions) {
    std::promise<result<created_subscription>> answer;
    host.get().subscriptions().create(definition, [&](auto done) { answer.set_value(std::move(done)); });
    answer.get_future().get().value();
  }
  codec::decode_options decode{
      .limits = {.max_event_bytes = options.limits.max_event_bytes, .max_depth = options.limits.max_depth},
      .max_batch = options.limits.max_batch};
  auto normalise = [decode](event_in&& input, time_point now) mutable {
    decode.now = now;
    return codec::normalise_input(std::move(input), decode);
  };
  // A change of nothing checks the whole.
  const auto check = [retry = options.retry, time = &host.time()](const subscription_definition& definition) {
    return codec::apply_patch(definition, "{}", {.retry = retry, .now = time->now()});
  };
  return make_in_process_manager(host.get(), host.time(), host.core(), host.handlers(),
                                 {.events = std::move(normalise),
                                  .filters = codec::parse_filter,
                                  .definitions = check,
                                  .requeues = codec::check_requeue,
                                  .replays = codec::check_replay},
                                 std::move(owned));
}

}  // namespace eventmgr
