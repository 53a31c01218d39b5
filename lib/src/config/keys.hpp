#pragma once

#include <eventmgr/settings.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace eventmgr::config {

/// How the value of a key is written.
enum class value_kind : std::uint8_t {
  boolean,
  whole_number,
  size,      ///< bytes, as `64MiB`
  duration,  ///< milliseconds, or as `5s`
  text,
  text_list,
  topic_list,         ///< a list of {name, description}
  subscription_list,  ///< a list of definitions, as the HTTP API takes them
};

using value = std::variant<bool, std::uint64_t, std::chrono::milliseconds, std::string, std::vector<std::string>,
                           std::vector<topic_declaration>, std::vector<subscription_definition>>;

/// What else a text must be. Puts it in its canonical form, or says what is wrong with it.
using text_rule = std::optional<std::string> (*)(std::string& text);

/// One thing that can be configured. All that is known of it stands here: loading, messages and tests follow the table.
struct key {
  std::string_view name;  ///< dotted, as `queue.maxSize`
  value_kind kind;
  std::uint64_t least;  ///< of numbers, bytes and milliseconds; 0 for other kinds
  std::uint64_t most;
  std::string_view description;
  value (*get)(const settings&);
  void (*set)(settings&, value);
  text_rule rule{nullptr};  ///< of a text, or of each text in a list
};

/// Every key, in the order of the manual. Static storage.
std::span<const key> describe() noexcept;

/// nullptr if there is no such key.
const key* find_key(std::string_view name) noexcept;

/// Whether keys lie below this name, as below `queue`.
bool is_section(std::string_view name) noexcept;

/// Whether the name, or a section that it lies in, is one of the design that this release does not have.
bool is_for_later(std::string_view name) noexcept;

/// The same for the name of an environment variable, as EVENTMGR_REDIS_URL.
bool is_for_later_variable(std::string_view variable);

/// The key that was probably meant, or nothing.
std::string_view closest_key(std::string_view name);

/// As `EVENTMGR_QUEUE_MAX_SIZE`.
std::string environment_name(std::string_view key_name);

/// The range as a message gives it: "between 1 and 64", "between 64KiB and 64GiB", "between 1ms and 1h".
std::string format_range(const key& item);

}  // namespace eventmgr::config
