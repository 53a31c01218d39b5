#pragma once

#include <eventmgr/export.hpp>
#include <eventmgr/proof.hpp>
#include <eventmgr/settings.hpp>

#include <functional>
#include <string>

namespace eventmgr::assembly {

struct store_proof {
  proof_report report{};
  std::string json{};  ///< the report as `POST /verify` gives it
};

/// The ledger proof of the store that the settings name, which no process may have open; nothing in it is changed.
/// `progress` hears how far it has come. Throws `error` with `store_unavailable` where the store is in use, is not
/// there, or cannot be read.
EVENTMGR_API store_proof verify_store(const settings& options,
                                      const std::function<void(const proof_progress&)>& progress);

}  // namespace eventmgr::assembly
