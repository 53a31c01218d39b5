#pragma once

#include <eventmgr/interrupt.hpp>

#include <memory>

namespace eventmgr::evctl {

/// Makes SIGINT, SIGTERM and SIGHUP raise the interrupt, so that work ends in order; a second one ends the process at
/// once. SIGPIPE is ignored: writing fails instead.
std::shared_ptr<client::interrupt> handle_signals();

/// What a second signal does before it ends the process: must be async-signal-safe. Null: nothing.
void on_abrupt_end(void (*restore)() noexcept) noexcept;

/// The signal that came; 0: none.
int received_signal() noexcept;

}  // namespace eventmgr::evctl
