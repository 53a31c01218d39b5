#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace eventmgr::testing {

/// A peer that says what it was told to, whatever it hears: one script a connection, in order; further connections are
/// closed at once. On a free port of loopback.
class scripted_server {
 public:
  struct exchange {
    /// Sent once a whole request (head and Content-Length bytes) has come. "{accept}" stands for what a WebSocket
    /// handshake has to be answered with.
    std::string answer{};
    bool then_close{false};  ///< instead of waiting for the next request; what is still said is heard out
  };
  using script = std::vector<exchange>;

  explicit scripted_server(std::vector<script> scripts);
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// The requests that came, whole, over all connections, and what was heard out.
  std::vector<std::string> requests() const;

  /// Waits until there are so many. False if it takes too long.
  bool wait_for_requests(std::size_t count) const;

  std::size_t connections() const noexcept { return accepted_.load(); }

 private:
  void serve(const std::vector<script>& scripts);
  void serve_one(int connection, const script& lines);
  bool read_some(int connection, std::string& bytes) const;
  void hear_out(int connection, std::string bytes);
  void note(std::string request);
  bool wait_readable(int descriptor) const;

  int listener_;
  int stop_;
  std::uint16_t port_{0};
  std::atomic<std::size_t> accepted_{0};
  mutable std::mutex mutex_{};
  mutable std::condition_variable changed_{};
  std::vector<std::string> requests_{};
  std::thread thread_{};
};

/// An HTTP answer with its length.
std::string http_answer_text(int status, const std::string& body, const std::string& type = "application/json",
                             const std::string& extra_headers = {});

}  // namespace eventmgr::testing
