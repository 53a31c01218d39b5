#pragma once

#include "broker/broker.hpp"
#include "broker/delivery/subscription_face.hpp"
#include "codec/event_document.hpp"
#include "codec/json_redelivery_texts.hpp"
#include "codec/json_subscription_texts.hpp"
#include "core/normalise.hpp"
#include "integration/ws_test_client.hpp"
#include "runtime/asio_alarm.hpp"
#include "runtime/asio_executor.hpp"
#include "runtime/system_ports.hpp"
#include "runtime/thread_executor.hpp"
#include "store/memory/memory_event_store.hpp"
#include "support/fake_channels.hpp"
#include "tools/upgrade_listener.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// A broker over the memory store. Its core has a thread of its own, so that sessions and tails run in parallel, as
/// they do where there are several I/O threads.
class ws_broker {
 public:
  explicit ws_broker(transport::ws_protocol_options protocol = {}, transport::ws_endpoint_options options = {})
      : subject_{broker::make(
            {.store = *store_,
             .time = time_,
             .process = probe_,
             .documents = documents_,
             .texts = texts_,
             .redeliveries = redeliveries_,
             .channels = channels_,
             .bell = bell_},
            {.core = core_, .writer = writer_, .readers = readers_, .queries = readers_, .background = readers_},
            {.version = "test"})},
        endpoint_{transport::make_ws_endpoint(*subject_, std::move(options), protocol)},
        listener_{sessions_.get_executor(), 0, *endpoint_},
        port_{listener_.port()},
        session_thread_{[this] { sessions_.run(); }},
        core_thread_{[this] { core_context_.run(); }} {}

  ws_broker(const ws_broker&) = delete;
  ws_broker& operator=(const ws_broker&) = delete;

  ~ws_broker() {
    faults->clear();
    std::promise<void> closed;
    endpoint_->drain([&] { closed.set_value(); });
    closed.get_future().wait();
    drain();
    boost::asio::post(sessions_, [this] { listener_.stop(); });
    session_work_.reset();
    session_thread_.join();
    writer_.stop();
    readers_.stop();
    boost::asio::post(core_context_, [this] { bell_.cancel(); });
    core_work_.reset();
    core_thread_.join();
  }

  void drain() {
    std::promise<void> drained;
    subject_->drain([&] { drained.set_value(); });
    drained.get_future().wait();
  }

  /// Publishes so many events in one request and waits until they are stored.
  void publish(std::string_view topic, std::size_t count, std::string_view payload = "{}") {
    std::vector<std::shared_ptr<event>> events;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<problem> problems;
      auto made = normalise(
          {.type = "test.happened", .source = "test", .payload = std::string{payload}, .topic = std::string{topic}},
          std::nullopt, subject_->now(), problems);
      if (!made) throw std::runtime_error{"a test's event is not valid"};
      events.push_back(std::move(made));
    }
    std::promise<bool> stored;
    subject_->publish(std::move(events), [&](const auto& outcome) { stored.set_value(outcome.has_value()); });
    if (!stored.get_future().get()) throw std::runtime_error{"a test's events were not stored"};
  }

  std::shared_ptr<memory_store_faults> faults{std::make_shared<memory_store_faults>()};

  std::uint16_t port() const noexcept { return port_; }
  broker& subject() noexcept { return *subject_; }
  transport::ws_endpoint& endpoint() noexcept { return *endpoint_; }

 private:
  using io_context = boost::asio::io_context;
  using work_guard = boost::asio::executor_work_guard<io_context::executor_type>;

  std::unique_ptr<event_store> store_{make_memory_event_store(1, faults)};
  system_clock time_;
  system_probe probe_;
  codec::event_document_reader documents_;
  codec::json_subscription_texts texts_;
  codec::json_redelivery_texts redeliveries_;
  io_context core_context_{1};
  io_context sessions_{1};
  work_guard core_work_{core_context_.get_executor()};
  work_guard session_work_{sessions_.get_executor()};
  asio_executor core_{core_context_};
  asio_alarm bell_{core_context_};
  fake_channels channels_{core_};
  thread_executor writer_{"test-writer", 1};
  thread_executor readers_{"test-readers", 2};
  std::unique_ptr<broker> subject_;
  std::unique_ptr<transport::ws_endpoint> endpoint_;
  testing::upgrade_listener listener_;
  const std::uint16_t port_;
  std::thread session_thread_;
  std::thread core_thread_;
};

/// A client that speaks the event protocol.
class event_client : public ws_test_client {
 public:
  explicit event_client(ws_broker& at, int receive_buffer = 0) : ws_test_client{at.port(), receive_buffer} {}

  /// The next message. Heartbeats are none: on a busy machine any test may last long enough to meet one.
  nlohmann::json next() {
    const testing::wait_limit limit;
    while (limit.left().count() > 0) {
      auto message = nlohmann::json::parse(receive_text());
      if (message.value("type", "") != "heartbeat") return message;
    }
    throw std::runtime_error{"nothing but heartbeats came"};
  }

  nlohmann::json ask(const nlohmann::json& message) {
    send_text(message.dump());
    return next();
  }
};

}  // namespace eventmgr::test
