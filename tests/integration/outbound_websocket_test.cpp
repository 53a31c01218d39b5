#include "codec/websocket_handshake.hpp"
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
#include <catch2/catch.hpp>

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

using namespace eventmgr;
using namespace eventmgr::delivery;
using namespace eventmgr::test;
using namespace std::chrono_literals;

using nlohmann::json;
using verdict = delivery_result::verdict;
using tcp = boost::asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience{10};

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
    changed_.wait_for(lock, patience, [&] { return results_.size() >= count; });
    auto taken = std::exchange(results_, {});
    std::ranges::sort(taken, {}, &delivery_result::tag);
    return taken;
  }

  /// Asks `done`, now and whenever there is news, until it says yes. False if it does not in time.
  template <class Done>
  bool wait(Done done) {
    std::unique_lock lock{mutex_};
    const auto end = std::chrono::steady_clock::now() + patience;
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

outgoing_event event_of(delivery_tag tag, const std::string& payload = "{}") {
  event record{.id = {*parse_uuid("0194295e-1b2c-7000-8000-000000000001")}, .type = "a.b", .source = "t"};
  record.topic = topic_name::parse("a/b").value();
  record.payload = payload;
  record.seq = offset{tag};
  outgoing_event given{.tag = tag};
  given.json = std::make_shared<const std::string>(to_json(record));
  given.record = std::make_shared<const event>(std::move(record));
  return given;
}

subscription_definition definition_of(std::string endpoint) {
  subscription_definition made{.name = "audit", .channel = channel_kind::websocket, .endpoint = std::move(endpoint)};
  made.options.ack_timeout = 5s;
  return made;
}

constexpr link_limits quick{.connect_timeout = 2s,
                            .heartbeat = 100ms,
                            .idle_timeout = 400ms,
                            .reconnect = {.first = 20ms, .longest = 100ms, .steady_after = 1s}};

/// A channel with its threads. Its members that face the core are called there, and waited for.
class outbound {
 public:
  explicit outbound(const subscription_definition& definition, const fallback_factory& fallback = {},
                    const link_limits& limits = quick) {
    on_core([&] { channel_ = make_websocket_channel(io_, id_, definition, observer, fallback, limits); });
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
  delivery_io io_{core_, time_, {}};
  std::unique_ptr<channel> channel_;
};

/// A port on which nobody listens, at least for a moment.
std::uint16_t free_port() {
  boost::asio::io_context context;
  const tcp::acceptor acceptor{context, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  return acceptor.local_endpoint().port();
}

std::string url_of(std::uint16_t port) { return "ws://127.0.0.1:" + std::to_string(port) + "/"; }

/// Answers each connection with a text of the test's choice, made from the client's key, and then says nothing more.
class mute_server {
 public:
  explicit mute_server(std::function<std::string(std::string_view key)> answer) : answer_{std::move(answer)} {}
  mute_server(const mute_server&) = delete;
  mute_server& operator=(const mute_server&) = delete;
  ~mute_server() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket last{context_};
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::string url() const { return url_of(acceptor_.local_endpoint().port()); }
  std::size_t connections() const { return connections_; }

 private:
  void run() {
    std::vector<tcp::socket> open;
    while (!stopping_) {
      boost::system::error_code error;
      tcp::socket socket = acceptor_.accept(error);
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
  tcp::acceptor acceptor_{context_, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
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

}  // namespace

TEST_CASE("an event goes out with its ack id and succeeds once it is acknowledged", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.headers = {{"authorization", "Bearer x"}};
  outbound sender{definition};
  REQUIRE(sender.connect());
  CHECK(sender.trouble().empty());

  sender.send({event_of(7, R"({"cost":1.50})")});
  const json message = receiver.next();
  receiver.acknowledge(message);

  CHECK(receiver.target() == "/in?x=1");
  CHECK(receiver.header("authorization") == "Bearer x");
  CHECK(receiver.header("x-eventmgr-subscription") == "0194295e-1b2c-7000-8000-00000000000a");
  CHECK_FALSE(receiver.header("sec-websocket-extensions"));
  CHECK(message["type"] == "event");
  CHECK(message["subscription"] == "audit");
  CHECK(message["attempt"] == 1);
  CHECK_FALSE(message.contains("replay"));
  CHECK(message["data"]["seq"] == 7);
  const auto results = sender.observer.take(1);
  REQUIRE(results.size() == 1);
  CHECK(results[0].tag == 7);
  CHECK(results[0].outcome == verdict::success);
}

TEST_CASE("a batch is one message, whose events are acknowledged apart", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.batch_size = 10;
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1), event_of(2), event_of(3)});
  const json message = receiver.next();
  REQUIRE(message["type"] == "events");
  const auto ids = ack_ids(message);
  REQUIRE(ids.size() == 3);
  receiver.say({{"type", "ack"}, {"ackIds", {ids[0]}}});
  receiver.say({{"type", "nack"}, {"ackIds", {ids[1]}}, {"error", "busy"}});
  receiver.say({{"type", "nack"}, {"ackIds", {ids[2]}}, {"retry", false}, {"error", "no such account"}});

  const auto results = sender.observer.take(3);
  REQUIRE(results.size() == 3);
  CHECK(results[0].outcome == verdict::success);
  CHECK(results[1].outcome == verdict::retry);
  CHECK(results[1].error == "busy");
  CHECK(results[2].outcome == verdict::reject);
  CHECK(results[2].error == "no such account");
}

TEST_CASE("compression is used where both ends want it", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.compression = true;
  outbound sender{definition};
  REQUIRE(sender.connect());
  const std::string payload = R"({"text":")" + std::string(5000, 'x') + R"("})";

  sender.send({event_of(1, payload)});
  const json message = receiver.next();
  receiver.acknowledge(message);

  CHECK(receiver.header("sec-websocket-extensions"));
  CHECK(message["data"]["payload"]["text"] == std::string(5000, 'x'));
  CHECK(sender.observer.take(1).size() == 1);
}

TEST_CASE("an event comes in the format that was asked for", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.format = delivery_format::cloudevents;
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});

  const json message = receiver.next();
  CHECK(message["data"]["specversion"] == "1.0");
  CHECK(message["data"]["type"] == "a.b");
}

TEST_CASE("an event that is not acknowledged in time has failed, and its late acknowledgement is nothing",
          "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.ack_timeout = 150ms;
  outbound sender{definition};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});
  const auto results = sender.observer.take(1);
  receiver.acknowledge(receiver.next());
  sender.send({event_of(2)});
  receiver.acknowledge(receiver.next());

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::retry);
  CHECK(results[0].endpoint_failed);
  CHECK(results[0].error == "timed out after 150 ms");
  const auto later = sender.observer.take(1);
  REQUIRE(later.size() == 1);
  CHECK(later[0].tag == 2);
  CHECK(later[0].outcome == verdict::success);
}

TEST_CASE("a connection that ends gives its events back, and is made again", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  sender.send({event_of(2)});
  const json lost = receiver.next();

  receiver.close();
  const auto results = sender.observer.take(2);
  REQUIRE(receiver.wait_connections(2));
  REQUIRE(sender.connect());
  receiver.acknowledge(lost);
  sender.send({event_of(3)});

  REQUIRE(results.size() == 2);
  for (const delivery_result& told : results) CHECK(told.outcome == verdict::release);
  json message = receiver.next();
  while (message["data"]["seq"] != 3) message = receiver.next();
  receiver.acknowledge(message);
  const auto later = sender.observer.take(1);
  REQUIRE(later.size() == 1);
  CHECK(later[0].tag == 3);
}

TEST_CASE("while nobody answers nothing is taken, and the reason is told", "[outbound]") {
  const std::uint16_t port = free_port();
  outbound sender{definition_of(url_of(port))};
  const std::string origin = "ws://127.0.0.1:" + std::to_string(port);
  REQUIRE(sender.observer.wait([&] { return sender.trouble().starts_with("no connection to " + origin + ": "); }));
  CHECK(sender.capacity() == 0);
  sender.send({event_of(1)});

  const auto results = sender.observer.take(1);
  outbound_receiver receiver{port};

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(sender.connect());
}

TEST_CASE("the fallback takes over after a failed dial, until there is a connection", "[outbound]") {
  const std::uint16_t port = free_port();
  std::atomic<std::size_t> taken{0};
  outbound sender{definition_of(url_of(port)),
                  [&](channel_observer&) { return std::make_unique<fake_fallback>(taken); }};
  REQUIRE(sender.connect());
  CHECK(sender.capacity() == 3);
  CHECK(sender.trouble().empty());

  sender.send({event_of(1)});
  outbound_receiver receiver{port};
  REQUIRE(sender.observer.wait([&] { return sender.capacity() > 3; }));
  sender.send({event_of(2)});

  CHECK(taken == 1);
  CHECK(receiver.next()["data"]["seq"] == 2);
}

TEST_CASE("a handshake that is refused is no connection", "[outbound]") {
  mute_server server{[](std::string_view) { return std::string{"HTTP/1.1 404 Not Found\r\n\r\n"}; }};
  outbound sender{definition_of(server.url())};

  CHECK(sender.observer.wait([&] { return sender.trouble().ends_with(": HTTP 404"); }));
  CHECK(sender.capacity() == 0);
}

TEST_CASE("a peer that never answers the handshake is given up", "[outbound]") {
  mute_server server{[](std::string_view) { return std::string{"HTTP/1.1 1"}; }};
  link_limits limits = quick;
  limits.connect_timeout = 100ms;
  outbound sender{definition_of(server.url()), {}, limits};

  CHECK(sender.observer.wait([&] { return sender.trouble().ends_with("no answer to the handshake in time"); }));
}

TEST_CASE("a peer that answers no pings is taken for dead, and its events are given back", "[outbound]") {
  mute_server server{[](std::string_view key) {
    return "HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           codec::websocket::accept_key(key) + "\r\n\r\n";
  }};
  outbound sender{definition_of(server.url())};
  REQUIRE(sender.connect());

  sender.send({event_of(1)});
  const auto results = sender.observer.take(1);

  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(sender.observer.wait([&] { return server.connections() >= 2; }));
}

TEST_CASE("what a peer says wrong is answered, and the connection goes on", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());

  receiver.say_text("{");
  CHECK(receiver.next()["error"]["code"] == "malformed_json");
  receiver.say({{"type", "dance"}});
  CHECK(receiver.next()["error"]["code"] == "invalid_request");
  receiver.say({{"type", "ack"}, {"subscription", "other"}, {"ackIds", json::array()}});
  CHECK(receiver.next()["error"]["code"] == "not_found");
  sender.send({event_of(1)});
  receiver.acknowledge(receiver.next());

  CHECK(sender.observer.take(1).size() == 1);
}

TEST_CASE("a peer that breaks the protocol loses its connection, and gets another", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  receiver.next();

  receiver.say_binary();

  const auto results = sender.observer.take(1);
  REQUIRE(results.size() == 1);
  CHECK(results[0].outcome == verdict::release);
  CHECK(receiver.wait_connections(2));
}

TEST_CASE("a peer that does not read is sent no more than fits, and all of it once it reads", "[outbound]") {
  outbound_receiver receiver;
  link_limits limits = quick;
  limits.buffer_bytes = 64U << 10U;
  limits.idle_timeout = 20s;
  subscription_definition definition = definition_of(receiver.url());
  definition.options.ack_timeout = 60s;
  outbound sender{definition, {}, limits};
  REQUIRE(sender.connect());
  receiver.hold(true);
  const std::string payload = R"({"text":")" + std::string(100000, 'x') + R"("})";

  delivery_tag sent = 0;
  const auto has_room = [&] {
    // What the system's buffers still take makes room within a moment.
    for (int i = 0; i < 25 && sender.capacity() == 0; ++i) std::this_thread::sleep_for(20ms);
    return sender.capacity() > 0;
  };
  while (sent < 1000 && has_room()) sender.send({event_of(++sent, payload)});
  REQUIRE(sent < 1000);
  receiver.hold(false);
  const bool room = sender.observer.wait([&] { return sender.capacity() > 0; });
  for (delivery_tag i = 0; i < sent; ++i) receiver.acknowledge(receiver.next());

  CHECK(room);
  CHECK(sender.observer.take(sent).size() == sent);
}

TEST_CASE("a channel that is closed settles nothing, and says good-bye", "[outbound]") {
  outbound_receiver receiver;
  outbound sender{definition_of(receiver.url())};
  REQUIRE(sender.connect());
  sender.send({event_of(1)});
  receiver.next();

  sender.close();

  CHECK(receiver.wait_closed(1));
  CHECK(sender.observer.take(0).empty());
}

TEST_CASE("ten thousand events go out and are acknowledged", "[outbound]") {
  outbound_receiver receiver;
  subscription_definition definition = definition_of(receiver.url());
  outbound sender{definition};
  REQUIRE(sender.connect());
  constexpr delivery_tag count = 10000;
  std::thread peer{[&] {
    for (delivery_tag i = 0; i < count; ++i) receiver.acknowledge(receiver.next());
  }};

  delivery_tag sent = 0;
  while (sent < count) {
    const bool room = sender.observer.wait([&] { return sender.capacity() > 0; });
    if (!room) break;
    for (std::size_t i = sender.capacity(); i > 0 && sent < count; --i) sender.send({event_of(++sent)});
  }
  peer.join();

  const auto results = sender.observer.take(count);
  REQUIRE(results.size() == count);
  for (const delivery_result& told : results) REQUIRE(told.outcome == verdict::success);
}
