#pragma once

#include "transport/http/api.hpp"

namespace eventmgr::transport {

/// `POST /verify`: the ledger proof.
void verify_ledger(api& calls, call& item);

/// `GET /verify`: how far the one that runs has come.
void get_verification(api& calls, call& item);

}  // namespace eventmgr::transport
