#include "chaos/durable_consumer.hpp"

#include "support/eventually.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds look_up(20);

std::string acknowledgement_of(const std::string& ack_id) {
  return json{{"type", "ack"}, {"subscription", "consumer"}, {"ackIds", {ack_id}}}.dump();
}

leased_delivery read_delivery(const json& message) {
  const auto& data = message.at("data");
  return {message.at("ackId").get<std::string>(),
          message.at("attempt").get<std::uint32_t>(),
          {data.at("id").get<std::string>(), data.at("seq").get<std::uint64_t>(), data.at("topic").get<std::string>(),
           data.at("priority").get<std::string>()}};
}

}  // namespace

attached_stream::attached_stream(const bench::endpoint& where, const std::string& durable, const std::string& topic,
                                 const std::string& options)
    : session_(where, "/ws") {
  session_.send_text(json{{"type", "subscribe"},
                          {"id", "consumer"},
                          {"topic", topic},
                          {"durable", durable},
                          {"options", json::parse(options)}}
                         .dump());
  const auto hello = session_.next(testing::default_patience);
  if (!hello || json::parse(*hello).value("type", "") != "subscribed") {
    throw std::runtime_error("not attached: " + hello.value_or("no answer"));
  }
}

std::optional<leased_delivery> attached_stream::next(std::chrono::milliseconds limit) {
  const testing::wait_limit patience{limit};
  for (;;) {
    const auto text = session_.next(patience.left());
    if (!text) return std::nullopt;
    const auto message = json::parse(*text);
    const auto type = message.value("type", "");
    if (type == "event") return read_delivery(message);
    if (type != "heartbeat") throw std::runtime_error("a consumer was told " + *text);
  }
}

void attached_stream::acknowledge(const std::string& ack_id) { session_.send_text(acknowledgement_of(ack_id)); }

void attached_stream::half_acknowledge(const std::string& ack_id) { session_.send_half(acknowledgement_of(ack_id)); }

durable_consumer::durable_consumer(const live_server& server, std::string durable, std::string topic,
                                   std::string options)
    : server_(server),
      durable_(std::move(durable)),
      topic_(std::move(topic)),
      options_(std::move(options)),
      thread_([this] { run(); }) {
  if (testing::eventually([&] { return attached_.load(); })) return;
  stop();
  throw std::runtime_error("the consumer of " + durable_ + " was not attached");
}

durable_consumer::~durable_consumer() { stop(); }

void durable_consumer::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void durable_consumer::run() {
  while (!stopping_) {
    try {
      if (const auto where = server_.where()) consume(*where);
    } catch (const std::exception&) {
      // The connection went with the daemon; the subscription stays.
    }
    pause_for(std::chrono::milliseconds(2));
  }
}

void durable_consumer::consume(const bench::endpoint& where) {
  attached_stream stream(where, durable_, topic_, options_);
  attached_ = true;
  while (!stopping_) {
    auto delivery = stream.next(look_up);
    if (!delivery) continue;
    stream.acknowledge(delivery->ack_id);
    seen_.push_back(std::move(*delivery));
  }
}

}  // namespace eventmgr::chaos
