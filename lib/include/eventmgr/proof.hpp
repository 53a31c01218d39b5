#pragma once

#include <eventmgr/event.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/id.hpp>
#include <eventmgr/subscription.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// What a problem was found by.
enum class proof_check : std::uint8_t {
  log,           ///< offsets have no gap, but for what retention has taken
  ids,           ///< no event id occurs twice
  ledger,        ///< what a subscription matched has an outcome, and was matched by right
  dead_letters,  ///< the ledger's count of dead letters, and the events that they belong to
  exceptions,    ///< the events that exceptions belong to
};
EVENTMGR_API std::string_view to_string(proof_check value) noexcept;

/// Something that should not be. What it is about is named as closely as can be: an offset, or a block of the ledger,
/// which is 65,536 offsets.
struct proof_problem {
  proof_check check{proof_check::log};
  partition_id partition{};
  std::optional<offset> seq{};
  std::optional<std::uint64_t> block{};
  std::string subscription{};  ///< its name; empty: of none
  std::string message{};       ///< a sentence
};

/// What was found to be sound, and what was not.
struct proof_report {
  static constexpr std::size_t max_problems = 1000;

  struct partition_summary {
    partition_id partition{};
    offset head{};            ///< the newest offset, as the store says or as is there
    offset first{1};          ///< the oldest that is there; head + 1 when none is
    std::uint64_t events{0};  ///< that are there
    std::uint64_t pruned{0};  ///< that retention has taken
  };

  /// The ledger of a subscription's generation, for what its floors have passed.
  struct subscription_summary {
    subscription_id id{};
    std::string name{};
    std::uint32_t generation{1};
    std::uint64_t matched{0};
    std::uint64_t acknowledged{0};
    std::uint64_t expired{0};
    std::uint64_t dead{0};
    std::uint64_t skipped{0};
    std::uint64_t exceptions{0};  ///< waiting for a retry, or behind one that does
  };

  std::vector<proof_problem> problems{};  ///< the first `max_problems`
  std::uint64_t problem_count{0};         ///< all of them
  std::vector<partition_summary> partitions{};
  std::vector<subscription_summary> subscriptions{};  ///< by name
  std::uint64_t events{0};
  std::chrono::milliseconds duration{0};

  bool ok() const noexcept { return problem_count == 0; }
};

/// How far a proof has come. Both are about twice the number of events.
struct proof_progress {
  bool running{false};
  std::uint64_t done{0};
  std::uint64_t total{0};
};

}  // namespace eventmgr
