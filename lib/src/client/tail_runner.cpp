#include "client/tail_runner.hpp"

#include "client/backoff.hpp"
#include "client/blocking_io.hpp"
#include "client/tail_connection.hpp"
#include "client/tail_protocol.hpp"

#include <random>
#include <string>

namespace eventmgr::client {
namespace {

class tail_runner {
 public:
  tail_runner(const endpoint& to, const client_options& options, const std::shared_ptr<boost::asio::ssl::context>& tls,
              const tail_options& tail, tail_handler& handler)
      : stop_{options.stop},
        pause_{options.stop},
        tail_{tail},
        handler_{handler},
        protocol_{tail, handler},
        connection_{to, options, tls} {}

  result<void> run() {
    for (;;) {
      auto ended = run_connection();
      if (stop_ != nullptr && stop_->raised()) return {};
      if (ended || !protocol_.may_resume(ended.error())) {
        connection_.close();
        return ended;
      }
      if (protocol_.is_subscribed()) attempt_ = 0;
      protocol_.on_disconnected();
      const auto delay = next_delay();
      handler_.on_disconnected(ended.error(), delay);
      if (!pause_.sleep(delay)) return {};
    }
  }

 private:
  /// Success means that the handler wants no more.
  result<void> run_connection() {
    if (auto opened = connection_.open(); !opened) return opened;
    if (auto sent = connection_.send(protocol_.subscribe_message()); !sent) return sent;
    for (;;) {
      if (auto got = connection_.receive(message_, tail_.silence_limit, idle_); !got) return got;
      const auto step = protocol_.on_message(message_);
      if (!step) return step.error();
      if (*step == tail_protocol::step::stop) return {};
      if (*step == tail_protocol::step::answer) {
        if (auto sent = connection_.send(tail_protocol::ping_message()); !sent) return sent;
      }
    }
  }

  std::chrono::milliseconds next_delay() {
    return reconnect_delay(++attempt_, tail_.first_delay, tail_.longest_delay,
                           std::uniform_real_distribution<double>{0, 1}(random_));
  }

  const std::shared_ptr<interrupt> stop_;
  blocking_io pause_;
  const tail_options& tail_;
  tail_handler& handler_;
  tail_protocol protocol_;
  tail_connection connection_;
  std::function<void()> idle_{[this] { handler_.on_idle(); }};
  std::string message_{};
  unsigned attempt_{0};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

result<void> run_tail(const endpoint& to, const client_options& options,
                      const std::shared_ptr<boost::asio::ssl::context>& tls, const tail_options& tail,
                      tail_handler& handler) {
  tail_runner runner{to, options, tls, tail, handler};
  return runner.run();
}

}  // namespace eventmgr::client
