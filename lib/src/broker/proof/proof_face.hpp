#pragma once

#include "broker/broker.hpp"

#include <eventmgr/proof.hpp>

#include <atomic>
#include <memory>

namespace eventmgr {

/// The ledger proof as transports see it. Thread-safe.
class proof_face {
 public:
  virtual ~proof_face() = default;

  /// Proves what the store holds at this moment; publishing and delivery go on. Answers on the core's thread. One at a
  /// time: `conflict` while another runs. A caller that is gone sets `*cancelled`, and gets `shutting_down`, as all do
  /// when the broker closes.
  virtual void verify(std::shared_ptr<std::atomic<bool>> cancelled, reply<proof_report> done) = 0;

  /// Of the proof that runs.
  virtual proof_progress progress() const noexcept = 0;
};

}  // namespace eventmgr
