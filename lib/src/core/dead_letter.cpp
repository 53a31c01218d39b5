#include "core/name_table.hpp"

#include <eventmgr/dead_letter.hpp>

namespace eventmgr {
namespace {

constexpr name_table<dead_letter_state, 3> state_names{{"open", "delivered", "discarded"}};

}  // namespace

std::string_view to_string(dead_letter_state value) noexcept { return state_names.name_of(value); }
std::optional<dead_letter_state> parse_dead_letter_state(std::string_view text) noexcept {
  return state_names.find(text);
}

}  // namespace eventmgr
