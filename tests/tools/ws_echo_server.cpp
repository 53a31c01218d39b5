// Echoes WebSocket messages on 127.0.0.1 from the daemon's own session code, so that conformance suites can be pointed
// at it: ws_echo_server [PORT]. Port 0, the default, takes a free one; the address is printed. SIGINT or SIGTERM ends
// it.

#include "tools/echo_protocol.hpp"
#include "tools/upgrade_listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string_view>

namespace asio = boost::asio;

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  if (argc > 1) {
    const std::string_view text{argv[1]};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (argc > 2 || error != std::errc{} || end != text.data() + text.size()) {
      std::cerr << "usage: ws_echo_server [PORT]\n";
      return 2;
    }
  }
  try {
    asio::io_context context{1};
    // Conformance suites send messages of 16 MiB.
    const auto endpoint = eventmgr::transport::make_ws_endpoint(
        eventmgr::testing::make_echo_factory(),
        {.session = {.max_message_bytes = 64U << 20U, .outbox_bytes = 64U << 20U, .max_reply_bytes = 64U << 20U},
         .allowed_origins = {"*"}});
    eventmgr::testing::upgrade_listener listener{context.get_executor(), port, *endpoint};
    std::cout << "listening on ws://127.0.0.1:" << listener.port() << std::endl;

    asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&](const boost::system::error_code&, int) {
      listener.stop();
      endpoint->drain([] {});
    });
    context.run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "ws_echo_server: " << error.what() << '\n';
    return 1;
  }
}
