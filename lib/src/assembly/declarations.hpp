#pragma once

#include <eventmgr/settings.hpp>

#include <functional>
#include <string>
#include <vector>

namespace eventmgr {
class broker;
}

namespace eventmgr::assembly {

/// A sentence for each declaration that cannot be, or was not, carried out; called once, on the core's thread.
using declarations_done = std::function<void(const std::vector<std::string>& faults)>;

/// Asks of everything that `options` declare whether it could be carried out now; changes nothing.
void check_declarations(broker& events, const settings& options, declarations_done done);

/// Declares the topics and makes, or changes, the subscriptions. One that fails does not keep the others.
void apply_declarations(broker& events, const settings& options, declarations_done done);

}  // namespace eventmgr::assembly
