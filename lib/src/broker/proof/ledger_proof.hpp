#pragma once

#include "ports/document_reader.hpp"
#include "ports/store_snapshot.hpp"
#include "ports/subscription_texts.hpp"

#include <eventmgr/proof.hpp>

#include <functional>
#include <optional>

namespace eventmgr {

/// What the proof reads events and subscriptions with.
struct proof_tools {
  const document_reader& documents;
  const subscription_texts& texts;
};

/// Hears now and then how far the proof has come; false: it is given up.
using proof_step = std::function<bool(const proof_progress&)>;

/// The ledger proof: evaluates every subscription over the log, one pass for all of them, and compares the outcome with
/// what the store counts. Needs memory for the subscriptions and one block of the ledger. `duration` of the report is
/// left 0.
///
/// Nullopt when `step` gave up. Throws `error` with `store_unavailable` where the store cannot be read.
std::optional<proof_report> prove(store_snapshot& from, const proof_tools& with, const proof_step& step);

}  // namespace eventmgr
