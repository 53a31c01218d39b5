#pragma once

#include "broker/delivery/delivery_context.hpp"
#include "broker/delivery/flight_table.hpp"
#include "broker/delivery/lane_set.hpp"
#include "core/delivery/exception_table.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace eventmgr {

/// Exceptions whose attempt is due, with their events fetched: from the tail ring, or by a page from the store. Used on
/// the core's thread.
class retry_shelf {
 public:
  static constexpr std::size_t most = 100;
  static constexpr std::uint64_t most_bytes = 1ULL << 20U;  ///< of what stands on it; one event always may

  explicit retry_shelf(delivery_context& context) : context_{context} {}
  ~retry_shelf() { *alive_ = false; }
  retry_shelf(const retry_shelf&) = delete;
  retry_shelf& operator=(const retry_shelf&) = delete;

  /// Takes what is due from the table and fetches it; `fetched` is called when something has come from the store.
  void stock(exception_table& from, lane_set& lanes, const std::function<void(bool store_failed)>& fetched);

  /// The first that `may` go; nullopt if there is none.
  std::optional<flight> take(const std::function<bool(const flight&)>& may);

  /// Whether `stock` would take more of what is due.
  bool has_room() const noexcept { return fetching_ == 0 && size() < most && held_bytes_ < most_bytes; }
  std::size_t size() const noexcept { return ready_.size() + fetching_; }

 private:
  static std::uint64_t bytes_of(const flight& item) noexcept;
  void fetch(partition_id partition, std::vector<offset> places, exception_table& from, lane_set& lanes,
             const std::function<void(bool store_failed)>& fetched);
  void add(const exception_entry& entry, lane_set& lanes, std::shared_ptr<const event> record,
           std::shared_ptr<const std::string> json);

  delivery_context& context_;
  std::deque<flight> ready_;
  std::uint64_t held_bytes_{0};  ///< of records and renderings in `ready_`
  std::size_t fetching_{0};
  const std::shared_ptr<bool> alive_{std::make_shared<bool>(true)};
};

}  // namespace eventmgr
