#include "client/stream_runner.hpp"

#include "client/backoff.hpp"
#include "client/blocking_io.hpp"
#include "client/stream_connection.hpp"

#include <functional>
#include <random>
#include <string>

namespace eventmgr::client {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds keep_alive_interval{10};

class stream_runner final : private message_link {
 public:
  stream_runner(const endpoint& to, const client_options& options,
                const std::shared_ptr<boost::asio::ssl::context>& tls, stream_protocol& protocol)
      : stop_{options.stop}, pause_{options.stop}, protocol_{protocol}, connection_{to, options, tls} {}

  result<void> run() {
    for (;;) {
      auto ended = run_connection();
      if (ended || is_stopping() || !protocol_.may_resume(ended.error())) {
        connection_.part(protocol_.last_words());
        if (is_stopping()) return {};
        return ended;
      }
      if (protocol_.is_subscribed()) attempt_ = 0;
      const auto delay = next_delay();
      protocol_.on_disconnected(ended.error(), delay);
      if (!pause_.sleep(delay)) return {};
    }
  }

 private:
  /// Success means that the handler wants no more.
  result<void> run_connection() {
    if (auto opened = connection_.open(); !opened) return opened;
    if (auto sent = send(protocol_.subscribe_message()); !sent) return sent;
    for (;;) {
      if (auto got = connection_.receive(message_, rules_.silence_limit, idle_); !got) return got;
      const auto step = protocol_.on_message(message_, *this);
      if (!step) return step.error();
      if (*step == stream_protocol::step::stop) return {};
      if (*step == stream_protocol::step::answer) {
        if (auto sent = send(stream_protocol::ping_message()); !sent) return sent;
      }
    }
  }

  result<void> send(std::string_view text) override {
    last_sent_ = clock::now();
    return connection_.send(text);
  }

  bool is_stopping() const noexcept override { return stop_ != nullptr && stop_->raised(); }

  void keep_alive() override {
    if (is_stopping() || clock::now() - last_sent_ < keep_alive_interval) return;
    // A connection that is lost shows when it is next read.
    static_cast<void>(send(stream_protocol::ping_message()));
  }

  std::chrono::milliseconds next_delay() {
    return reconnect_delay(++attempt_, rules_.first_delay, rules_.longest_delay,
                           std::uniform_real_distribution<double>{0, 1}(random_));
  }

  const std::shared_ptr<interrupt> stop_;
  blocking_io pause_;
  stream_protocol& protocol_;
  const reconnect_rules rules_{protocol_.rules()};
  stream_connection connection_;
  std::function<void()> idle_{[this] { protocol_.on_idle(*this); }};
  std::string message_{};
  unsigned attempt_{0};
  clock::time_point last_sent_{};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

result<void> run_stream(const endpoint& to, const client_options& options,
                        const std::shared_ptr<boost::asio::ssl::context>& tls, stream_protocol& protocol) {
  stream_runner runner{to, options, tls, protocol};
  return runner.run();
}

}  // namespace eventmgr::client
