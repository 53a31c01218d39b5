#pragma once

#include "ports/document_reader.hpp"

namespace eventmgr::codec {

/// Looks into payload and metadata where they stand: what is made of each is an index, not a copy.
class event_document_reader final : public document_reader {
 public:
  std::unique_ptr<const event_document> open(std::shared_ptr<const event> record) const override;
};

}  // namespace eventmgr::codec
