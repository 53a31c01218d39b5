#pragma once

#include <eventmgr/settings.hpp>

#include <iosfwd>

namespace eventmgr::daemon {

/// `--verify`: the ledger proof of a store that no process has open. The report goes to `out`, as `POST /verify` gives
/// it, a sentence to `err`, and, on a terminal, how far it has come. 0 when all is sound, else 1. Throws `error` where
/// the store cannot be read.
int verify(const settings& configuration, std::ostream& out, std::ostream& err);

}  // namespace eventmgr::daemon
