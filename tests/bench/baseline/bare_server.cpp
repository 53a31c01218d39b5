#include "bench/baseline/bare_server.hpp"

#include "bench/wire/http_session.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace eventmgr::bench {

namespace {

/// Says what both kinds of publish answer say when all is well.
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n"
    R"({"success":true,"failedCount":0})";

constexpr std::size_t max_request = 16U << 20U;

}  // namespace

class bare_server::connection final : public io_handler {
 public:
  connection(bare_server& owner, unique_fd fd) : owner_(owner), fd_(std::move(fd)) {
    set_non_blocking(fd_.get());
    owner_.loop_.add(fd_.get(), EPOLLIN, *this);
  }

  void ready(std::uint32_t) override {
    const auto count = ::recv(fd_.get(), chunk_.data(), chunk_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      // Stays in the list of connections: a bench run opens few, and then the program ends.
      owner_.loop_.remove(fd_.get());
      fd_.reset();
      return;
    }
    waiting_.append(chunk_.data(), static_cast<std::size_t>(count));
    take_requests();
  }

  /// Answers are small and a client waits for each, so they fit the socket's buffer.
  void answer_one() {
    if (fd_) write_all(fd_.get(), answer);
  }

 private:
  void take_requests() {
    for (;;) {
      const auto head_end = waiting_.find("\r\n\r\n");
      if (head_end == std::string::npos) return;
      const auto length = content_length(std::string_view(waiting_).substr(0, head_end));
      if (length > max_request) throw std::runtime_error("a request over 16 MiB");
      const auto size = head_end + 4 + length;
      if (waiting_.size() < size) return;
      owner_.gathered_.append(waiting_, head_end + 4, length);
      owner_.owed_.push_back(this);
      waiting_.erase(0, size);
    }
  }

  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "Content-Length: ";
    const auto at = head.find(name);
    std::size_t length = 0;
    if (at != std::string_view::npos)
      std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    return length;
  }

  bare_server& owner_;
  unique_fd fd_;
  std::string waiting_;
  std::array<char, 65536> chunk_;
};

bare_server::bare_server(std::optional<append_file> file) : file_(std::move(file)) {
  std::tie(listener_, port_) = listen_on_loopback();
  loop_.add(listener_.get(), EPOLLIN, *this);
}

bare_server::~bare_server() = default;

void bare_server::ready(std::uint32_t) {
  unique_fd accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (accepted) connections_.push_back(std::make_unique<connection>(*this, std::move(accepted)));
}

void bare_server::run() {
  for (;;) {
    loop_.run_once(steady_clock::now() + std::chrono::seconds(1));
    finish_round();
  }
}

void bare_server::finish_round() {
  if (owed_.empty()) return;
  if (file_) {
    file_->append(gathered_);
    file_->sync();
  }
  for (auto* const waiting : owed_) waiting->answer_one();
  owed_.clear();
  gathered_.clear();
}

}  // namespace eventmgr::bench
