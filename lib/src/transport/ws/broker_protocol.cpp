#include "transport/ws/broker_protocol.hpp"

#include "broker/broker.hpp"
#include "codec/event_decoder.hpp"
#include "transport/ws/ws_message.hpp"
#include "transport/ws/ws_subscription.hpp"

#include <atomic>
#include <optional>
#include <unordered_map>
#include <utility>

namespace eventmgr::transport {

namespace {

constexpr std::string_view query_subscription = "default";

class broker_protocol final : public ws_protocol, public std::enable_shared_from_this<broker_protocol> {
 public:
  broker_protocol(broker& subject, const ws_protocol_options& options, std::shared_ptr<ws_sender> sender,
                  std::optional<ws_command> first)
      : broker_{subject}, options_{options}, sender_{std::move(sender)}, first_{std::move(first)} {
    broker_.counters().connections.fetch_add(1, std::memory_order_relaxed);
  }

  broker_protocol(const broker_protocol&) = delete;
  broker_protocol& operator=(const broker_protocol&) = delete;

  ~broker_protocol() override { broker_.counters().connections.fetch_sub(1, std::memory_order_relaxed); }

  void on_open() override {
    if (!first_) return;
    const std::string id{query_subscription};
    std::visit([&](auto& command) { run(id, std::move(command)); }, *first_);
    first_.reset();
  }

  void on_text(std::string& message) override {
    ws_request request = parse_ws_request(message, {.retry = options_.retry->get(), .now = broker_.now()});
    if (request.command.has_error()) return reply(error_message(request.id, request.command.error()));
    std::visit([&](auto& command) { run(request.id, std::move(command)); }, *request.command);
  }

  void on_binary(std::string&) override {
    sender_->close(codec::websocket::close_code::unsupported_data, "messages are JSON text");
  }

  void on_turn_end() override {
    if (std::exchange(settling_, false)) {
      for (const auto& [id, item] : subscriptions_) item->settle();
    }
  }

  /// Commands that others carry out are taken one subscription, and so many publishes, at a time: a client that does
  /// not wait for answers cannot queue work without end.
  bool ready() const override {
    const auto latest = opening_.lock();
    return (!latest || latest->answered()) &&
           publishing_->load(std::memory_order_relaxed) < options_.max_publishes_in_flight;
  }

  void on_room() override {
    for (const auto& [id, item] : subscriptions_) item->on_room();
  }

  std::string_view heartbeat() const override { return heartbeat_message; }

  void on_close() override {
    for (const auto& [id, item] : subscriptions_) leave(*item);
    subscriptions_.clear();
  }

 private:
  void run(const std::string& id, ws_subscribe command) {
    if (!may_subscribe(id)) return;
    add(id, open_tail(broker_,
                      {.topics = std::move(command.topics),
                       .start = std::move(command.start),
                       .filter = std::move(command.filter)},
                      subscriber(id)));
  }

  void run(const std::string& id, ws_attach command) {
    if (!may_subscribe(id)) return;
    add(id, attach_consumer(broker_, {.definition = std::move(command.definition)}, subscriber(id)));
  }

  bool may_subscribe(const std::string& id) {
    forget(id);  // the client may be quicker than the post that says so
    if (subscriptions_.contains(id)) {
      refuse(id, {.code = errc::conflict, .message = "a subscription of this id exists on this connection"});
      return false;
    }
    if (subscriptions_.size() >= options_.max_subscriptions) {
      refuse(id, {.code = errc::invalid_request,
                  .message = "a connection can have " + std::to_string(options_.max_subscriptions) + " subscriptions"});
      return false;
    }
    return true;
  }

  ws_subscriber subscriber(const std::string& id) {
    return {.id = id, .sender = sender_, .ended = [weak = weak_from_this(), sender = sender_, id] {
              sender->post([weak, id] {
                if (const auto self = weak.lock()) self->forget(id);
              });
            }};
  }

  void add(const std::string& id, std::shared_ptr<ws_subscription> opened) {
    opening_ = opened;
    subscriptions_.emplace(id, std::move(opened));
  }

  /// Drops a subscription that the broker has ended, if it is still that one which goes by the id.
  void forget(const std::string& id) {
    const auto found = subscriptions_.find(id);
    if (found != subscriptions_.end() && found->second->over()) subscriptions_.erase(found);
  }

  void run(const std::string& id, ws_unsubscribe) {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end()) {
      return refuse(id, {.code = errc::not_found, .message = "no subscription of this id on this connection"});
    }
    leave(*found->second);
    subscriptions_.erase(found);
    reply(unsubscribed_message(id));
  }

  /// What the client has said counts, then nothing more is sent.
  static void leave(ws_subscription& item) {
    item.settle();
    item.detach();
  }

  void run(const std::string& id, ws_acknowledge command) {
    const auto found = subscriptions_.find(command.subscription);
    if (found == subscriptions_.end()) {
      return refuse(id, {.code = errc::not_found,
                         .message = "no subscription \"" + command.subscription + "\" on this connection"});
    }
    if (!found->second->acknowledge(std::move(command.results))) {
      return refuse(id, {.code = errc::invalid_request,
                         .message = "subscription \"" + command.subscription +
                                    "\" is not durable: it takes no acknowledgements"});
    }
    settling_ = true;
  }

  void run(const std::string& id, ws_publish command) {
    const codec::decode_options options{.limits = options_.limits, .now = broker_.now()};
    auto decoded = codec::decode_event(command.event, options);
    if (decoded.has_error()) {
      broker_.counters().events_rejected.fetch_add(1, std::memory_order_relaxed);
      return refuse(id, decoded.error());
    }
    publishing_->fetch_add(1, std::memory_order_relaxed);
    sender_->owe();
    std::vector<std::shared_ptr<event>> events{std::move(*decoded)};
    broker_.publish(std::move(events), [sender = sender_, publishing = publishing_,
                                        id](const result<std::span<const append_entry>>& outcome) {
      // Before the answer, whose sending makes the session ask whether we are ready.
      publishing->fetch_sub(1, std::memory_order_relaxed);
      sender->settle(codec::websocket::opcode::text,
                     outcome.has_error() ? error_message(id, outcome.error()) : receipt(id, outcome->front()));
    });
  }

  void run(const std::string& id, ws_ping) { reply(pong_message(id)); }

  static std::string receipt(const std::string& id, const append_entry& entry) {
    const bool duplicate = entry.outcome == append_outcome::duplicate;
    return published_message(id, entry.record->id, duplicate ? entry.original_seq : entry.record->seq, duplicate);
  }

  void refuse(const std::string& id, const failure& why) { reply(error_message(id, why)); }
  void reply(const std::string& message) { sender_->reply(codec::websocket::opcode::text, message); }

  broker& broker_;
  const ws_protocol_options options_;
  const std::shared_ptr<ws_sender> sender_;
  std::optional<ws_command> first_;  ///< what the request that opened the connection asked for
  std::unordered_map<std::string, std::shared_ptr<ws_subscription>> subscriptions_;
  std::weak_ptr<const ws_subscription> opening_;  ///< the latest
  bool settling_{false};                          ///< acknowledgements wait for the end of the turn
  const std::shared_ptr<std::atomic<std::uint32_t>> publishing_{std::make_shared<std::atomic<std::uint32_t>>(0)};
};

}  // namespace

ws_protocol_factory make_broker_protocol_factory(broker& subject, const ws_protocol_options& options) {
  return [&subject, options](const std::shared_ptr<ws_sender>& sender,
                             const http_request& request) -> result<std::shared_ptr<ws_protocol>> {
    auto first = parse_ws_target(request.target, {.retry = options.retry->get(), .now = subject.now()});
    if (first.has_error()) return first.error();
    return std::make_shared<broker_protocol>(subject, options, sender, std::move(*first));
  };
}

}  // namespace eventmgr::transport
