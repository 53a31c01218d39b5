#pragma once

#include "broker/proof/ledger_proof.hpp"
#include "broker/proof/proof_face.hpp"
#include "delivery_fixture.hpp"

#include <eventmgr/proof.hpp>

#include <memory>
#include <string>
#include <vector>

namespace eventmgr::test {

/// Ten events on "a", of which one is dead, one waits for a retry and the rest is acknowledged; and two that the
/// subscription does not match.
struct troubled : delivery_fixture {
  troubled() {
    create(webhook("s", "a"));
    receiver().answer = [](const outgoing_event& sent) -> delivery_result {
      if (sent.record->seq.value == 4) return {.outcome = delivery_result::verdict::reject, .error = "no"};
      return sent.record->seq.value == 7 ? refused() : ok();
    };
    publish("a", 10);
    publish("b", 2);
    advance(std::chrono::milliseconds{200});
  }
};

/// Proves what a snapshot holds.
inline proof_report prove_now(store_snapshot& from) {
  const codec::event_document_reader documents;
  const codec::json_subscription_texts texts;
  return prove(from, {.documents = documents, .texts = texts}, [](const proof_progress&) { return true; }).value();
}

inline proof_report prove_now(event_store& store) { return prove_now(*store.snapshot()); }

/// A problem on one line: "check partition/offset block subscription: message".
inline std::string line_of(const proof_problem& found) {
  std::string line{to_string(found.check)};
  line += " " + std::to_string(found.partition.value) + "/" + (found.seq ? std::to_string(found.seq->value) : "-");
  if (found.block) line += " block " + std::to_string(*found.block);
  if (!found.subscription.empty()) line += " " + found.subscription;
  return line + ": " + found.message;
}

inline std::vector<std::string> lines_of(const proof_report& report) {
  std::vector<std::string> lines;
  for (const proof_problem& found : report.problems) lines.push_back(line_of(found));
  return lines;
}

}  // namespace eventmgr::test
