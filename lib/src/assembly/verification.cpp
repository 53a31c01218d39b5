#include "assembly/verification.hpp"

#include "assembly/broker_host.hpp"
#include "broker/proof/ledger_proof.hpp"
#include "codec/event_document.hpp"
#include "codec/json_subscription_texts.hpp"
#include "codec/proof_json.hpp"
#include "store/sqlite/sqlite_event_store.hpp"

#include <chrono>

namespace eventmgr::assembly {

store_proof verify_store(const settings& options, const std::function<void(const proof_progress&)>& progress) {
  const auto began = std::chrono::steady_clock::now();
  const codec::event_document_reader documents;
  const codec::json_subscription_texts texts;
  const auto snapshot = open_sqlite_snapshot(store_file(options));
  const auto step = [&](const proof_progress& at) {
    progress(at);
    return true;
  };
  // The step never gives up, so there is a report.
  store_proof proven{.report = prove(*snapshot, {.documents = documents, .texts = texts}, step).value()};
  proven.report.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  proven.json = codec::to_json(proven.report);
  return proven;
}

}  // namespace eventmgr::assembly
