#include "core/name_table.hpp"

#include <eventmgr/proof.hpp>

namespace eventmgr {
namespace {

constexpr name_table<proof_check, 5> check_names{{"log", "ids", "ledger", "deadLetters", "exceptions"}};

}  // namespace

std::string_view to_string(proof_check value) noexcept { return check_names.name_of(value); }

}  // namespace eventmgr
