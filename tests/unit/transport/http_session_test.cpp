#include "transport/http/http_session.hpp"

#include "support/eventually.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;
namespace asio = boost::asio;

namespace {

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct calling_handler final : request_handler {
  std::function<void(std::shared_ptr<exchange>)> call{};

  void handle(std::shared_ptr<exchange> item) override { call(std::move(item)); }
};

struct quiet_host final : session_host {
  using session_host::session_host;

  bool ended{false};

  void session_ended(http_session&) override { ended = true; }
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// A session and its client, both on the test's thread.
class one_connection {
 public:
  explicit one_connection(const http_limits& limits = {})
      : host{std::make_shared<quiet_host>(limits, handler, connections_)} {
    asio::ip::tcp::acceptor listening{context_, {asio::ip::address_v4::loopback(), 0}};
    client_.connect(listening.local_endpoint());
    http_session::socket served{context_.get_executor()};
    listening.accept(served);
    client_.non_blocking(true);
    session = std::make_shared<http_session>(std::move(served), host);
    session->start();
  }

  one_connection(const one_connection&) = delete;
  one_connection& operator=(const one_connection&) = delete;

  ~one_connection() {
    session->abort();
    context_.poll();
  }

  void send(std::string_view text) {
    asio::write(client_, asio::buffer(text.data(), text.size()));
    context_.poll();
  }

  /// Lets both sides go on until it is so; false if it never is.
  bool reaches(const std::function<bool()>& goal) {
    return testing::eventually([&] {
      context_.poll();
      receive();
      return goal();
    });
  }

 private:
  void receive() {
    boost::system::error_code error;
    while (!error) {
      std::array<char, 65536> piece{};
      const std::size_t size = client_.read_some(asio::buffer(piece), error);
      received.append(piece.data(), size);
    }
    input_ended = error == asio::error::eof;
  }

  asio::io_context context_{1};
  asio::ip::tcp::socket client_{context_};
  std::atomic<std::uint64_t> connections_{0};

 public:
  const std::shared_ptr<calling_handler> handler{std::make_shared<calling_handler>()};
  const std::shared_ptr<quiet_host> host;
  std::shared_ptr<http_session> session;
  std::string received{};
  bool input_ended{false};  ///< the session sends nothing more
};

}  // namespace

TEST_CASE("who was answered at once is not told that nobody waits") {
  one_connection connection;
  int told = 0;
  connection.handler->call = [&](const std::shared_ptr<exchange>& item) {
    item->respond({.status = 429});
    item->when_unwanted([&told] { ++told; });
  };
  for (int i = 0; i < 100; ++i) connection.send(get);
  REQUIRE(connection.reaches([&] { return count(connection.received, "HTTP/1.1 429") == 100; }));

  connection.session->abort();

  CHECK(connection.host->ended);
  CHECK(told == 0);
}

TEST_CASE("draining answers all that was begun, and one request more") {
  one_connection connection{{.max_pipelined = 4}};
  std::vector<std::shared_ptr<exchange>> begun;
  connection.handler->call = [&](std::shared_ptr<exchange> item) { begun.push_back(std::move(item)); };
  for (int i = 0; i < 10; ++i) connection.send(get);
  REQUIRE(connection.reaches([&] { return begun.size() == 4; }));

  connection.session->drain();
  // One more is sent for each that is answered.
  for (std::size_t i = 0; i < begun.size(); ++i) {
    begun[i]->respond({});
    connection.send(get);
    REQUIRE(connection.reaches([&] { return count(connection.received, "HTTP/1.1 200") == i + 1; }));
  }

  CHECK(connection.reaches([&] { return connection.input_ended; }));
  CHECK(begun.size() == 5);
  CHECK(count(connection.received, "HTTP/1.1 200") == 5);
  CHECK(count(connection.received, "Connection: close") == 1);
}

TEST_CASE("nothing is begun behind the last answer, though that has yet to be sent") {
  one_connection connection{{.max_unsent_bytes = 1U << 30U}};
  std::vector<std::shared_ptr<exchange>> begun;
  connection.handler->call = [&](std::shared_ptr<exchange> item) { begun.push_back(std::move(item)); };
  connection.send(get);
  REQUIRE(connection.reaches([&] { return begun.size() == 1; }));
  connection.session->drain();
  begun.front()->respond({.body = std::string(32U << 20U, 'x')});  // more than sockets hold

  connection.send(get);

  CHECK(connection.reaches([&] { return connection.input_ended; }));
  CHECK(begun.size() == 1);
}
