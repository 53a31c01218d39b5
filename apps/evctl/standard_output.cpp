#include "standard_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace eventmgr::evctl {
namespace {

constexpr std::size_t enough_to_write = 64U << 10U;

void watch(client::interrupt& stop, const client::interrupt& done) {
  // No event is asked for: poll tells of errors alone. Linux reports a pipe without readers so.
  std::array<pollfd, 2> watched{pollfd{STDOUT_FILENO, 0, 0}, pollfd{done.descriptor(), POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  if ((watched[0].revents & (POLLERR | POLLHUP)) != 0) stop.raise();
}

}  // namespace

void standard_output::write(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= enough_to_write) flush();
}

void standard_output::flush() {
  std::string_view rest{buffer_};
  while (!rest.empty()) {
    const auto count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EPIPE) {
      buffer_.clear();
      throw output_closed{};
    } else if (errno != EINTR) {
      const int why = errno;
      buffer_.clear();
      throw std::system_error{why, std::generic_category(), "cannot write to standard output"};
    }
  }
  buffer_.clear();
}

output_watch::output_watch(client::interrupt& stop) : thread_{[&stop, this] { watch(stop, done_); }} {}

output_watch::~output_watch() {
  done_.raise();
  thread_.join();
}

}  // namespace eventmgr::evctl
