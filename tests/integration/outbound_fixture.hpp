#pragma once

#include "delivery/common/delivery_io.hpp"
#include "delivery/websocket/websocket_channel.hpp"
#include "integration/outbound_receiver.hpp"
#include "runtime/system_ports.hpp"
#include "runtime/thread_executor.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// Notes what comes of deliveries.
class recording_observer final : public channel_observer {
 public:
  void settled(std::span<const delivery_result> results) override {
    const std::lock_guard lock{mutex_};
    results_.insert(results_.end(), results.begin(), results.end());
    changed_.notify_all();
  }

  void ready() override {
    const std::lock_guard lock{mutex_};
    ++readies_;
    changed_.notify_all();
  }

  /// So many results, in the order of their tags; fewer if they do not come in time.
  std::vector<delivery_result> take(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, outbound_receiver::patience, [&] { return results_.size() >= count; });
    auto taken = std::exchange(results_, {});
    std::ranges::sort(taken, {}, &delivery_result::tag);
    return taken;
  }

  /// Asks `done`, now and whenever there is news, until it says yes. False if it does not in time.
  template <class Done>
  bool wait(Done done) {
    std::unique_lock lock{mutex_};
    const auto end = std::chrono::steady_clock::now() + outbound_receiver::patience;
    for (;;) {
      const auto seen = readies_;
      lock.unlock();
      if (done()) return true;
      lock.lock();
      if (!changed_.wait_until(lock, end, [&] { return readies_ != seen; })) return false;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<delivery_result> results_;
  std::size_t readies_{0};
};

inline outgoing_event event_of(delivery_tag tag, const std::string& payload = "{}") {
  event record{.id = {*parse_uuid("0194295e-1b2c-7000-8000-000000000001")}, .type = "a.b", .source = "t"};
  record.topic = topic_name::parse("a/b").value();
  record.payload = payload;
  record.seq = offset{tag};
  outgoing_event given{.tag = tag};
  given.json = std::make_shared<const std::string>(to_json(record));
  given.record = std::make_shared<const event>(std::move(record));
  return given;
}

inline subscription_definition definition_of(std::string endpoint) {
  subscription_definition made{.name = "audit", .channel = channel_kind::websocket, .endpoint = std::move(endpoint)};
  made.options.ack_timeout = testing::default_patience;
  return made;
}

/// Dials and pings often; what a busy machine may delay is not hurried.
inline constexpr delivery::link_limits quick{.connect_timeout = testing::default_patience,
                                             .heartbeat = std::chrono::milliseconds{100},
                                             .idle_timeout = testing::default_patience,
                                             .reconnect = {.first = std::chrono::milliseconds{20},
                                                           .longest = std::chrono::milliseconds{100},
                                                           .steady_after = std::chrono::seconds{1}}};

/// A channel with its threads. Its members that face the core are called there, and waited for.
class outbound {
 public:
  explicit outbound(const subscription_definition& definition, const delivery::fallback_factory& fallback = {},
                    const delivery::link_limits& limits = quick) {
    on_core([&] { channel_ = delivery::make_websocket_channel(io_, id_, definition, observer, fallback, limits); });
  }
  outbound(const outbound&) = delete;
  outbound& operator=(const outbound&) = delete;
  ~outbound() {
    close();
    on_core([&] { channel_.reset(); });
    io_.stop();
    core_.stop();
  }

  std::size_t capacity() {
    std::size_t capacity = 0;
    on_core([&] { capacity = channel_->capacity(); });
    return capacity;
  }

  std::string origin() {
    std::string origin;
    on_core([&] { origin = channel_->origin(); });
    return origin;
  }

  std::string trouble() {
    std::string trouble;
    on_core([&] { trouble = channel_->trouble(); });
    return trouble;
  }

  void send(std::vector<outgoing_event> batch) {
    on_core([&] { channel_->send(std::move(batch)); });
  }

  void close() {
    on_core([&] { channel_->close(); });
  }

  bool connect() {
    return observer.wait([&] { return capacity() > 0; });
  }

  recording_observer observer{};

 private:
  template <class Work>
  void on_core(Work work) {
    std::promise<void> done;
    core_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  const subscription_id id_{*parse_uuid("0194295e-1b2c-7000-8000-00000000000a")};
  system_clock time_;
  thread_executor core_{"test-core", 1};
  delivery::delivery_io io_{core_, time_, {}};
  std::unique_ptr<channel> channel_;
};

inline std::string url_of(std::uint16_t port) { return "ws://127.0.0.1:" + std::to_string(port) + "/"; }

/// Answers each connection with a text of the test's choice, made from the client's key, and then says nothing more.
class mute_server {
 public:
  explicit mute_server(std::function<std::string(std::string_view key)> answer) : answer_{std::move(answer)} {}
  mute_server(const mute_server&) = delete;
  mute_server& operator=(const mute_server&) = delete;
  ~mute_server() {
    stopping_ = true;
    boost::system::error_code ignored;
    boost::asio::ip::tcp::socket last{context_};
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::string url() const { return url_of(acceptor_.local_endpoint().port()); }
  std::size_t connections() const { return connections_; }

 private:
  void run() {
    std::vector<boost::asio::ip::tcp::socket> open;
    while (!stopping_) {
      boost::system::error_code error;
      boost::asio::ip::tcp::socket socket = acceptor_.accept(error);
      if (error || stopping_) return;
      ++connections_;
      std::string head;
      boost::asio::read_until(socket, boost::asio::dynamic_buffer(head), "\r\n\r\n", error);
      const std::string name = "Sec-WebSocket-Key: ";
      const std::size_t at = head.find(name);
      if (at == std::string::npos) continue;
      boost::asio::write(socket, boost::asio::buffer(answer_(head.substr(at + name.size(), 24))), error);
      open.push_back(std::move(socket));
    }
  }

  const std::function<std::string(std::string_view key)> answer_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> connections_{0};
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_,
                                           boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  std::thread thread_{[this] { run(); }};
};

/// Takes every event and says nothing.
class fake_fallback final : public channel {
 public:
  explicit fake_fallback(std::atomic<std::size_t>& taken) : taken_{taken} {}

  std::size_t capacity() const override { return 3; }
  void send(std::vector<outgoing_event> batch) override { taken_ += batch.size(); }
  std::string_view origin() const override { return "http://fallback:80"; }
  void close() override {}

 private:
  std::atomic<std::size_t>& taken_;
};

}  // namespace eventmgr::test
