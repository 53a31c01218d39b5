#pragma once

#include <eventmgr/query.hpp>

#include <cstdint>

namespace eventmgr {

/// How much of a page is left: it ends at the events or at the bytes that it may hold, whichever comes first.
class page_budget {
 public:
  explicit page_budget(std::uint32_t events) noexcept : events_{events} {}

  void take(const event& record) noexcept {
    --events_;
    bytes_ += record.payload.size() + record.metadata.size();
  }

  bool spent() const noexcept { return events_ == 0 || bytes_ >= event_query::max_page_bytes; }

 private:
  std::uint32_t events_;
  std::uint64_t bytes_{0};
};

}  // namespace eventmgr
