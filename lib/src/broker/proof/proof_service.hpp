#pragma once

#include "broker/proof/proof_face.hpp"

#include <atomic>
#include <cstdint>

namespace eventmgr {

/// Runs proofs in the background.
class proof_service final : public proof_face {
 public:
  /// What is given must outlive it.
  proof_service(const broker_ports& ports, broker_executors executors) : ports_{ports}, executors_{executors} {}

  void verify(std::shared_ptr<std::atomic<bool>> cancelled, reply<proof_report> done) override;
  proof_progress progress() const noexcept override;

  /// Gives up what runs, and refuses what comes.
  void stop() noexcept { stopping_ = true; }

 private:
  result<proof_report> run(const std::atomic<bool>& cancelled);

  const broker_ports ports_;
  const broker_executors executors_;
  std::atomic<bool> busy_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_{0};
};

}  // namespace eventmgr
