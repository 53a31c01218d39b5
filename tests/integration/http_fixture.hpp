#pragma once

#include "broker/broker.hpp"
#include "codec/event_document.hpp"
#include "codec/json_redelivery_texts.hpp"
#include "codec/json_subscription_texts.hpp"
#include "runtime/asio_alarm.hpp"
#include "runtime/asio_executor.hpp"
#include "runtime/system_ports.hpp"
#include "runtime/thread_executor.hpp"
#include "store/memory/memory_event_store.hpp"
#include "support/eventually.hpp"
#include "support/fake_channels.hpp"
#include "transport/http/http_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace eventmgr::test {

using testing::default_patience;
using testing::eventually;

/// A blocking connection to a server on loopback. A call for which what it reads does not come within
/// `default_patience` throws.
class raw_client {
 public:
  explicit raw_client(std::uint16_t port);
  ~raw_client();

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// Sends all of it; false if the server has gone.
  bool send(std::string_view bytes) const;

  /// Says that nothing more will be sent.
  void end_input() const;

  /// Reads until `mark` has come, and gives everything up to its end.
  std::string read_until(std::string_view mark);

  /// Reads at least one byte and at most so many.
  std::string read_some(std::size_t most);

  /// Reads until the server closes, or resets, the connection.
  std::string read_all();

  /// Whether the server closes the connection without another byte.
  bool is_closed() { return read_all().empty(); }

 private:
  /// False at the end of the stream.
  bool receive(const testing::wait_limit& patience);

  int socket_;
  std::string buffer_;
};

/// What came back for one request.
struct reply_text {
  unsigned status{0};
  std::string head{};
  std::string body{};

  std::string field(std::string_view name) const;
};

/// Reads one answer with a Content-Length; `bodiless` for the answer to a HEAD.
reply_text read_reply(raw_client& client, bool bodiless = false);

/// One request on a connection of its own.
reply_text fetch(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body = {});

std::string request_text(std::string_view method, std::string_view target, std::string_view body = {},
                         std::string_view fields = {});

/// The HTTP server over a real broker and the in-memory store, on threads of its own.
class http_fixture {
 public:
  explicit http_fixture(transport::http_server_options options = {}, std::size_t threads = 1,
                        transport::upgrade_handler upgrade = {});
  ~http_fixture();

  http_fixture(const http_fixture&) = delete;
  http_fixture& operator=(const http_fixture&) = delete;

  std::uint16_t port() const { return server->port(); }
  std::vector<boost::asio::io_context*> contexts();

  /// Publishes `count` events on a topic and returns once they are stored.
  void publish(std::string_view topic, std::size_t count = 1, std::size_t payload_bytes = 10);

  /// Starts to drain the server; the future is ready once it has.
  std::future<void> drain();

  std::shared_ptr<memory_store_faults> faults{std::make_shared<memory_store_faults>()};

 private:
  struct io_thread {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::thread runner{};
  };

  system_clock clock_{};
  system_probe probe_{};
  codec::event_document_reader documents_{};
  std::vector<std::unique_ptr<io_thread>> threads_;
  codec::json_subscription_texts texts_{};
  codec::json_redelivery_texts redeliveries_{};
  std::unique_ptr<asio_executor> core_;
  std::unique_ptr<asio_alarm> bell_;
  std::unique_ptr<fake_channels> channels_;
  thread_executor writer_{"test-writer", 1};
  thread_executor readers_{"test-readers", 2};
  std::unique_ptr<event_store> store_;

 public:
  std::unique_ptr<broker> events;
  std::unique_ptr<transport::http_server> server;
};

/// The usual limits but for what is set.
transport::http_server_options with_limits(const std::function<void(transport::http_limits&)>& set);

/// The body of a request that publishes.
inline const std::string one_event = R"({"type":"a.b","source":"s","payload":{}})";

}  // namespace eventmgr::test
