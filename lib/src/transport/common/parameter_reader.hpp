#pragma once

#include "core/filter/event_filter.hpp"
#include "transport/common/query_string.hpp"

#include <eventmgr/error.hpp>
#include <eventmgr/time.hpp>
#include <eventmgr/topic.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::transport {

/// Reads the typed parameters of one request and collects every fault, so that the answer names them all. What a fault
/// is found in reads as absent, or as the default.
class parameter_reader {
 public:
  /// `query` must outlive this.
  explicit parameter_reader(const query_string& query) : query_{query} {}

  /// A fault if it is given twice, or empty.
  std::optional<std::string_view> text(std::string_view name);

  /// The same as a string of its own.
  std::optional<std::string> string(std::string_view name);

  /// Every value of a parameter that may be given more than once.
  std::vector<std::string_view> all(std::string_view name);

  std::optional<topic_pattern> pattern(std::string_view name);

  /// A UUID.
  template <class Id>
  std::optional<Id> id(std::string_view name) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto read = Id::parse(*given);
    if (!read) reject(name, "must be a UUID");
    return read;
  }

  /// A whole number within the bounds, decimal digits only.
  std::uint64_t number(std::string_view name, std::uint64_t absent, std::uint64_t least, std::uint64_t most);

  /// `true` or `false`; absent: false.
  bool flag(std::string_view name);

  /// A time, or a duration back from `now`.
  std::optional<time_point> moment(std::string_view name, time_point now);

  /// A filter as the text of a JSON object; absent: one that passes everything.
  event_filter filter(std::string_view name);

  void reject(std::string_view name, std::string message);
  /// A fault of what a parameter holds; `pointer` begins with the parameter's name ("/filter/types").
  void reject_at(const std::string& pointer, std::string message);
  /// A fault of a header that is read as a parameter is.
  void reject_header(std::string_view name, std::string message);

  /// `invalid_request` with all that was wrong, if anything was.
  std::optional<failure> fault() const;

 private:
  /// `subject` begins the words of the answer, if it is the first.
  void add(std::string subject, problem found);

  const query_string& query_;
  std::string first_;  ///< of the faults, in words
  std::vector<problem> problems_;
};

}  // namespace eventmgr::transport
