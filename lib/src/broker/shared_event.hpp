#pragma once

#include "ports/document_reader.hpp"

#include <eventmgr/event.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace eventmgr {

/// An event in memory, with its JSON and its document for filters. Each is made when somebody first asks, and is then
/// the same for everybody: so an event is encoded once and parsed once, however many subscriptions look at it.
/// Thread-safe.
class shared_event {
 public:
  explicit shared_event(std::shared_ptr<const event> record) : record_{std::move(record)} {}
  shared_event(const shared_event&) = delete;
  shared_event& operator=(const shared_event&) = delete;

  const std::shared_ptr<const event>& record() const noexcept { return record_; }

  const std::string& json() const { return *shared_json(); }

  /// For those who keep it longer than this.
  const std::shared_ptr<const std::string>& shared_json() const;

  /// As long as this. The reader is the same in every call.
  const event_document& document(const document_reader& reader) const;

  /// What it is counted as: an estimate that does not change, JSON and document included.
  std::uint64_t bytes() const noexcept;

 private:
  const std::shared_ptr<const event> record_;
  mutable std::once_flag encoded_;
  mutable std::once_flag opened_;
  mutable std::shared_ptr<const std::string> json_;
  mutable std::unique_ptr<const event_document> document_;
};

}  // namespace eventmgr
