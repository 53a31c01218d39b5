#pragma once

#include "core/filter/event_document.hpp"

#include <eventmgr/event.hpp>

#include <memory>

namespace eventmgr {

/// Looks into events for filters. Thread-safe, as its documents are.
class document_reader {
 public:
  virtual ~document_reader() = default;

  /// The document of a stored event, of which nothing is parsed yet. It keeps the event alive.
  virtual std::unique_ptr<const event_document> open(std::shared_ptr<const event> record) const = 0;
};

}  // namespace eventmgr
