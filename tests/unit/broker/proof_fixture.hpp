#pragma once

#include "broker/proof/ledger_proof.hpp"
#include "broker/proof/proof_face.hpp"
#include "delivery_fixture.hpp"

#include <eventmgr/proof.hpp>

#include <memory>
#include <string>
#include <vector>

namespace eventmgr::test {

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
