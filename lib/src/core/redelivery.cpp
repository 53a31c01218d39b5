#include "core/name_table.hpp"

#include <eventmgr/replay.hpp>
#include <eventmgr/requeue.hpp>

namespace eventmgr {
namespace {

constexpr name_table<requeue_status, 4> requeue_names{{"running", "completed", "stopped", "cancelled"}};
constexpr name_table<replay_status, 5> replay_names{{"started", "running", "completed", "cancelled", "failed"}};

}  // namespace

std::string_view to_string(requeue_status value) noexcept { return requeue_names.name_of(value); }
std::optional<requeue_status> parse_requeue_status(std::string_view text) noexcept { return requeue_names.find(text); }

std::string_view to_string(replay_status value) noexcept { return replay_names.name_of(value); }
std::optional<replay_status> parse_replay_status(std::string_view text) noexcept { return replay_names.find(text); }

}  // namespace eventmgr
