#pragma once

#include "codec/json_walk.hpp"
#include "codec/problems.hpp"
#include "core/name_table.hpp"

#include <eventmgr/error.hpp>
#include <eventmgr/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::codec {

/// The compact text of a JSON value of at most `max_bytes`, nested at most 64 deep and free of U+0000. Fails with
/// `malformed_json`, or with `invalid_request` whose message begins with `subject`.
result<std::string> compact_value(std::string_view json, std::string_view subject, std::size_t max_bytes);

/// The same of a request's body, which must be an object.
result<std::string> compact_body(std::string_view json, std::string_view subject, std::size_t max_bytes);

/// Whether a name is `camel`, or its snake_case spelling.
bool is_spelling_of(std::string_view given, std::string_view camel) noexcept;

/// Reads the values of a request's body: compact, valid JSON. What is wrong with one is reported under its pointer, and
/// nothing is returned for it.
class value_reader {
 public:
  enum class origin : std::uint8_t {
    client,
    store,  ///< written by this program, maybe of another release: unknown members are passed over, what lies beyond
            ///< today's bounds is brought to the nearest
  };

  explicit value_reader(std::vector<problem>& problems, origin from = origin::client) noexcept
      : problems_{problems}, from_{from} {}

  bool is_trusting() const noexcept { return from_ == origin::store; }

  void fault(std::string pointer, std::string message) {
    report_problem(problems_, std::move(pointer), std::move(message));
  }

  bool has_faults() const noexcept { return !problems_.empty(); }

  std::optional<std::string> text(std::string_view value, const std::string& pointer, std::size_t least_bytes,
                                  std::size_t most_bytes);
  std::optional<bool> flag(std::string_view value, const std::string& pointer);
  std::optional<std::uint64_t> number(std::string_view value, const std::string& pointer, std::uint64_t least,
                                      std::uint64_t most);

  /// A number that is 0 or within the bounds.
  std::optional<double> rate(std::string_view value, const std::string& pointer, double least, double most);

  /// A whole number of milliseconds, or text as "5m".
  std::optional<std::chrono::milliseconds> duration(std::string_view value, const std::string& pointer,
                                                    std::chrono::milliseconds least, std::chrono::milliseconds most);

  /// A string that `parse` makes a value of; `rule` says what it must be.
  template <class Parse>
  auto choice(std::string_view value, const std::string& pointer, Parse parse, std::string_view rule)
      -> decltype(parse(std::string_view{})) {
    if (const auto text = string_value(value)) {
      if (auto made = parse(*text)) return made;
    }
    fault(pointer, std::string{rule});
    return std::nullopt;
  }

  /// Calls `take(which, value, pointer)` with each member of an object that `names` has; each comes at most once.
  template <class Enum, std::size_t Count, class Take>
  void members(std::string_view object, const std::string& pointer, const name_table<Enum, Count>& names, Take take) {
    static_assert(Count <= 64);
    if (object.front() != '{') return fault(pointer, "must be an object");
    std::uint64_t seen = 0;
    member_walker walker{object};
    json_member member;
    while (walker.next(member)) {
      const std::string name = unescape(member.raw_key);
      std::string place = pointer + pointer_to(name);
      std::size_t which = 0;
      while (which < Count && !is_spelling_of(name, names.names[which])) ++which;
      if (which == Count) {
        if (!is_trusting()) fault(std::move(place), "is not known");
      } else if ((seen >> which & 1U) != 0) {
        fault(std::move(place), "is given more than once");
      } else {
        seen |= std::uint64_t{1} << which;
        take(static_cast<Enum>(which), member.value, std::as_const(place));
      }
    }
  }

  /// Calls `take(value, pointer)` with each element of a list of at most `most`; `rule` says what it must be.
  template <class Take>
  void elements(std::string_view list, const std::string& pointer, std::size_t most, std::string_view rule, Take take) {
    if (list.front() != '[') return fault(pointer, std::string{rule});
    element_walker walker{list};
    std::string_view element;
    for (std::size_t i = 0; walker.next(element); ++i) {
      if (i == most && !is_trusting())
        return fault(pointer, "must not have more than " + std::to_string(most) + " items");
      take(element, pointer + '/' + std::to_string(i));
    }
  }

 private:
  std::vector<problem>& problems_;
  origin from_;
};

}  // namespace eventmgr::codec
