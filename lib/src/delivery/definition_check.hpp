#pragma once

#include "delivery/common/target_check.hpp"

#include <eventmgr/subscription.hpp>

#include <vector>

namespace eventmgr::delivery {

/// Whether what leads out of a definition has a form that can be used: endpoints, own headers and secrets. Gives the
/// hosts that events would go to; of a channel that leads nowhere, none. Fails with `invalid_request` and every fault,
/// pointers from the definition's root.
result<std::vector<named_target>> check_definition(const subscription_definition& definition);

}  // namespace eventmgr::delivery
