// webhook_receiver PORT: answers webhooks as their paths ask, and prints one JSON line for each. For trying deliveries
// by hand; ends on SIGINT and SIGTERM.

#include "tools/webhook_receiver.hpp"

#include <nlohmann/json.hpp>
#include <pthread.h>

#include <charconv>
#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>

namespace {

using namespace eventmgr::testing;

constexpr std::string_view usage = R"(Usage: webhook_receiver PORT

Listens on 127.0.0.1:PORT (0: a free one). The path of a request says how it is answered:
  /ok  /slow/MS  /status/CODE  /status/CODE/RETRY_AFTER  /result/success  /result/retry  /result/reject
  /hang  /reset  /drip  /rubbish  /huge
)";

void print(const webhook_request& request) {
  nlohmann::ordered_json line{{"path", request.path},
                              {"id", request.header("webhook-id")},
                              {"attempt", request.header("x-eventmgr-attempt")},
                              {"subscription", request.header("x-eventmgr-subscription")}};
  auto body = nlohmann::ordered_json::parse(request.body, nullptr, false);
  if (body.is_discarded()) {
    line["bytes"] = request.body.size();
  } else {
    line["body"] = std::move(body);
  }
  std::cout << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view text = argc == 2 ? argv[1] : "";
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    std::cerr << usage;
    return 2;
  }

  // Blocked here, so in every thread: only this one takes them.
  sigset_t ending{};
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  try {
    webhook_receiver receiver(port);
    receiver.observe(print);
    receiver.forget_requests();
    std::cerr << "listening on " << receiver.url("") << std::endl;
    int seen = 0;
    sigwait(&ending, &seen);
    return 0;
  } catch (const std::exception& failure) {
    std::cerr << "webhook_receiver: " << failure.what() << '\n';
    return 1;
  }
}
