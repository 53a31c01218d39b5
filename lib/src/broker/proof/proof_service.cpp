#include "broker/proof/proof_service.hpp"

#include "broker/guarded.hpp"
#include "broker/proof/ledger_proof.hpp"

#include <chrono>
#include <utility>

namespace eventmgr {

void proof_service::verify(std::shared_ptr<std::atomic<bool>> cancelled, reply<proof_report> done) {
  if (busy_.exchange(true)) {
    executors_.core.post([done = std::move(done)] {
      done(failure{.code = errc::conflict, .message = "another verification is under way"});
    });
    return;
  }
  done_ = 0;
  total_ = 0;
  executors_.background.post([this, cancelled = std::move(cancelled), done = std::move(done)] {
    auto proven = guarded([&] { return run(*cancelled); });
    busy_ = false;
    executors_.core.post([done, proven = std::move(proven)]() mutable { done(std::move(proven)); });
  });
}

result<proof_report> proof_service::run(const std::atomic<bool>& cancelled) {
  const auto began = ports_.time.steady_now();
  const auto step = [&](const proof_progress& at) {
    done_ = at.done;
    total_ = at.total;
    return !cancelled && !stopping_;
  };
  const auto snapshot = ports_.store.snapshot();
  auto report = prove(*snapshot, {.documents = ports_.documents, .texts = ports_.texts}, step);
  if (!report) return failure{.code = errc::shutting_down, .message = "the verification was given up"};
  report->duration = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.time.steady_now() - began);
  return std::move(*report);
}

proof_progress proof_service::progress() const noexcept {
  if (!busy_) return {};
  return {.running = true, .done = done_, .total = total_};
}

}  // namespace eventmgr
