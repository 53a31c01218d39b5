#pragma once

#include "session.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl {

/// Publishes events, one a line, in requests of at most 1,000. A request that the daemon cannot take for the moment is
/// tried again, and one that is too large for it is sent in halves, as are those that follow; an event that it refuses
/// is said on standard error, with its line, and the others are stored.
class batch_sender {
 public:
  /// The longest line of a file of events that is read.
  static constexpr std::size_t longest_line = 8U << 20U;

  /// `before_saying` is called before something is written to standard error.
  batch_sender(session& here, std::function<void()> before_saying)
      : here_{here}, before_saying_{std::move(before_saying)} {}

  /// Adds an event, which came from that line of a file. Sends what there is first, where there is no room for it.
  void add(std::string_view event, std::uint64_t line);

  /// Sends what was added.
  void flush();

  /// A line of which no event could be made.
  void report(std::uint64_t line, const failure& why);

  /// A request failed as a whole: nothing more is sent.
  bool is_broken() const noexcept { return broken_; }

  std::uint64_t duplicates() const noexcept { return duplicates_; }
  std::uint64_t done() const noexcept { return published_ + duplicates_ + failed_; }

  /// Prints how many were published, were there already, and failed, and answers what to exit with.
  exit_code conclude();

 private:
  /// A request in the making: its lines, and where in the file each came from.
  struct chunk {
    std::string body{};
    std::vector<std::uint64_t> lines{};

    /// Keeps the first so many events, and answers the others.
    chunk split(std::size_t at);
  };

  bool has_room_for(std::string_view event) const noexcept;
  void send(chunk part);
  result<client::batch_receipt> request(const chunk& part);
  void take(const chunk& part, const client::batch_receipt& receipt);
  void fail_request(const chunk& part, const failure& why);

  session& here_;
  std::function<void()> before_saying_;
  chunk chunk_{};
  std::size_t events_per_request_{1000};  ///< as many as the daemon is known to take
  bool lone_too_large_{false};            ///< an event by itself was, in what is being sent
  std::uint64_t published_{0};
  std::uint64_t duplicates_{0};
  std::uint64_t failed_{0};
  std::optional<errc> first_failure_{};
  bool broken_{false};
};

}  // namespace eventmgr::evctl
