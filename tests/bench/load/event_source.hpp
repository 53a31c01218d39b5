#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::bench {

enum class id_mode : std::uint8_t {
  server,  ///< events carry no id; the daemon makes one
  uuid7,   ///< in the order of time, as the daemon's own
  uuid4,   ///< random
};

/// What the published events look like.
struct event_spec {
  std::size_t size{500};       ///< bytes of one event's JSON, about; at least 256
  unsigned topics{16};         ///< 1..10000, used in turn
  bool all_priorities{false};  ///< all four in turn, else NORMAL
  id_mode ids{id_mode::server};
};

/// The stamp in an event: microseconds on the generator's own clock at which it was meant to be sent.
using send_stamp = std::chrono::microseconds;

/// The bytes of a whole HTTP request that publishes one event or a batch. They are made once; only ids, stamps, topics
/// and priorities, all of fixed width, change from one use to the next.
class publish_request {
 public:
  /// `batch` 0 is one event by `POST /events`, else an array by `POST /events/batch`.
  publish_request(const event_spec& spec, std::size_t batch, std::string_view authority);

  std::string_view bytes() const noexcept { return bytes_; }
  std::size_t event_count() const noexcept { return slots_.size(); }

 private:
  friend class event_source;

  /// Where in the bytes an event's variable parts are.
  struct slot {
    std::size_t stamp{0};
    std::size_t topic{0};
    std::size_t priority{0};
    std::size_t id{0};  ///< 0 without id
  };

  std::string bytes_;
  std::vector<slot> slots_;
};

/// Gives each event of a run its variable parts.
class event_source {
 public:
  explicit event_source(const event_spec& spec) : spec_(spec) {}

  /// Makes the request one of new events, all stamped `intended`.
  void renew(publish_request& request, send_stamp intended);

 private:
  void write_id(char* into);

  event_spec spec_;
  std::uint64_t count_{0};
  std::mt19937_64 random_{std::random_device{}()};
};

/// Finds the stamp in the text of an event. `hint` is where the last one was found, and is kept up to date.
std::optional<send_stamp> find_stamp(std::string_view event_json, std::size_t& hint);

/// Finds the offset in the text of an event. `hint` as above.
std::optional<std::uint64_t> find_seq(std::string_view event_json, std::size_t& hint);

/// The stamp, or the offset, of every event in a text, in their order.
void for_each_stamp(std::string_view events_json, const std::function<void(send_stamp)>& found);
void for_each_seq(std::string_view events_json, const std::function<void(std::uint64_t)>& found);

}  // namespace eventmgr::bench
