#pragma once

#include <eventmgr/query.hpp>

#include <cstdint>

namespace eventmgr {

/// How much of a page is left: it ends at the items or at the bytes that it may hold, whichever comes first.
class page_budget {
 public:
  explicit page_budget(std::uint32_t items) noexcept : items_{items} {}

  void take(std::uint64_t bytes) noexcept {
    --items_;
    bytes_ += bytes;
  }
  void take(const event& record) noexcept { take(record.payload.size() + record.metadata.size()); }

  bool spent() const noexcept { return items_ == 0 || bytes_ >= event_query::max_page_bytes; }

 private:
  std::uint32_t items_;
  std::uint64_t bytes_{0};
};

}  // namespace eventmgr
