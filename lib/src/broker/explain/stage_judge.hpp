#pragma once

#include "broker/delivery/delivery_view.hpp"
#include "ports/document_reader.hpp"
#include "ports/subscription_texts.hpp"

#include <eventmgr/explanation.hpp>

#include <memory>
#include <vector>

namespace eventmgr {

/// What decides whether a subscription gets an event.
struct stage_findings {
  bool matches{false};
  std::vector<explained_stage> stages{};  ///< from `origin` to `expiry`
};

/// Judges an event by each stage from `origin` to `expiry`, also behind one that refuses it, so that all is seen at
/// once that would have to change. `now` is when an event that is not delivered yet would be.
stage_findings judge_stages(const delivery_view& seen, const std::shared_ptr<const event>& record,
                            const document_reader& documents, const subscription_texts& texts, time_point now);

}  // namespace eventmgr
