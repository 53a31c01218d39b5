#pragma once

#include "bench/load/event_source.hpp"
#include "bench/load/publisher.hpp"
#include "bench/load/samples.hpp"
#include "bench/wire/event_loop.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace eventmgr::bench {

/// The clock of a run: microseconds since it was made.
class run_clock {
 public:
  send_stamp now() const { return std::chrono::duration_cast<send_stamp>(steady_clock::now() - start_); }
  steady_time time_of(send_stamp stamp) const { return start_ + stamp; }

 private:
  steady_time start_{steady_clock::now()};
};

/// How the publishers' connections are used.
struct publish_shape {
  std::size_t connections{4};
  std::size_t batch{0};  ///< events a request; 0: one by `POST /events`
};

/// Connections that publish, and what became of it. When to send is for its owner to say.
class publish_load final : public answer_handler {
 public:
  /// `on_idle` is called with the index of a connection whose answer has come.
  publish_load(event_loop& loop, const run_clock& clock, const endpoint& where, const event_spec& spec,
               const publish_shape& shape, std::function<void(std::size_t)> on_idle);

  /// New events on an idle connection, stamped with the time at which they were meant to go.
  void send_on(std::size_t connection, send_stamp intended);

  std::size_t connections() const noexcept { return lines_.size(); }
  std::size_t events_per_request() const noexcept { return lines_.front().request.event_count(); }
  std::size_t in_flight() const noexcept { return in_flight_; }

  std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  std::uint64_t refused() const noexcept { return refused_; }
  /// How many events were refused, and why the first of them.
  std::string refusal_summary() const;

  /// From intended send time to answer, of the requests answered since this was cleared.
  samples& answer_times() noexcept { return answer_times_; }

  void answered(publisher& from, const http_answer& answer) override;

 private:
  struct line {
    publish_request request;
    std::unique_ptr<publisher> connection;
    send_stamp intended{};
  };

  const run_clock& clock_;
  event_source source_;
  const bool batched_;
  std::function<void(std::size_t)> on_idle_;
  std::vector<line> lines_;
  samples answer_times_;
  std::size_t in_flight_{0};
  std::uint64_t acknowledged_{0};
  std::uint64_t refused_{0};
  std::string first_refusal_;
};

/// A publish load at a fixed rate. A request whose time has come and that finds no idle connection waits, and keeps the
/// time at which it was meant to go: a slow server does not slow the clock that measures it.
class paced_load {
 public:
  paced_load(event_loop& loop, const run_clock& clock, const endpoint& where, const event_spec& spec,
             const publish_shape& shape);

  /// So many events a second from `from` on.
  void set_rate(double events_per_second, send_stamp from);

  /// Publishes until `until`, serving the loop, and returns then; requests may still be under way.
  void run(event_loop& loop, send_stamp until);

  /// Waits for the answers that are owed; false if they do not come.
  bool drain(event_loop& loop, std::chrono::seconds limit);

  publish_load& load() noexcept { return load_; }

 private:
  void send_due();

  const run_clock& clock_;
  std::deque<std::size_t> idle_;  ///< used in turn, so that the server sees none of them as idle for long
  publish_load load_;
  std::chrono::duration<double, std::micro> interval_{0};
  send_stamp rate_since_{0};
  send_stamp stop_at_{0};
  std::uint64_t sent_at_rate_{0};
};

/// Stores at least so many events, as fast as it goes; gives how many. Throws std::runtime_error if one is refused.
std::uint64_t store_events(const endpoint& where, const event_spec& spec, std::uint64_t count);

}  // namespace eventmgr::bench
