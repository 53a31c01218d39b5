#pragma once

#include "codec/redelivery_codec.hpp"
#include "codec/value_reader.hpp"
#include "core/name_table.hpp"

#include <eventmgr/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

/// Reads the filters of a selection of dead letters. Values are compact, valid JSON.
class letter_reader {
 public:
  enum class clause : std::uint8_t { ids, subscription, topic, type, reason, fingerprint, since, until };

  letter_reader(value_reader& values, time_point now) noexcept : values_{values}, now_{now} {}

  void read(clause which, std::string_view value, const std::string& pointer);
  dead_letter_query take() { return std::move(made_); }

 private:
  void read_ids(std::string_view value, const std::string& pointer);
  std::optional<time_point> moment(std::string_view value, const std::string& pointer);

  value_reader& values_;
  const time_point now_;
  dead_letter_query made_;
};

/// Reads a request to requeue, from a client or from the store. To be used once.
class requeue_reader {
 public:
  requeue_reader(value_reader::origin from, time_point now) : values_{problems_, from}, letters_{values_, now} {}
  requeue_reader(const requeue_reader&) = delete;
  requeue_reader& operator=(const requeue_reader&) = delete;

  result<requeue_body> read(std::string_view object);

 private:
  // The filters come first, in the order of `letter_reader::clause`.
  enum class member : std::uint8_t { limit = 8, canary, rate, stop_on_failures, patch, dry_run };
  static constexpr name_table<member, 14> names{{"ids", "subscription", "topic", "type", "reason", "fingerprint",
                                                 "since", "until", "limit", "canary", "ratePerSecond", "stopOnFailures",
                                                 "patch", "dryRun"}};

  void read_member(member which, std::string_view value, const std::string& pointer);

  std::vector<problem> problems_;
  value_reader values_;
  letter_reader letters_;
  requeue_body made_;
};

/// Reads a request to replay, under the same terms.
class replay_reader {
 public:
  replay_reader(value_reader::origin from, time_point now) : values_{problems_, from}, now_{now} {}
  replay_reader(const replay_reader&) = delete;
  replay_reader& operator=(const replay_reader&) = delete;

  result<replay_body> read(std::string_view object);

 private:
  enum class member : std::uint8_t { from, to, topic, filter, subscriptions, speed, dry_run };
  static constexpr name_table<member, 7> names{{"from", "to", "topic", "filter", "subscriptions", "speed", "dryRun"}};

  void read_member(member which, std::string_view value, const std::string& pointer);
  void read_place(std::string_view value, const std::string& pointer, start_point& into);
  void read_topics(std::string_view value, const std::string& pointer);
  void read_topic(std::string_view value, const std::string& pointer);
  void read_filter(std::string_view value, const std::string& pointer);
  void read_subscriptions(std::string_view value, const std::string& pointer);

  std::vector<problem> problems_;
  value_reader values_;
  const time_point now_;
  replay_body made_;
};

}  // namespace eventmgr::codec
