#pragma once

#include "store/common/delivery_cursors.hpp"

#include <eventmgr/dead_letter.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr {

/// Groups dead letters that come one by one, those of one fingerprint together. Holds the names of one group and twice
/// the groups that a summary may have, however many there are. Not thread-safe.
class dead_letter_summariser {
 public:
  void add(std::string_view fingerprint, const dead_letter_place& place, std::string_view subscription,
           std::string_view topic);

  /// To be called once, at the end. `reason_of` gives the reason of a dead letter that was added.
  dead_letter_summary finish(const std::function<std::string(dead_letter_id)>& reason_of);

 private:
  using counts = std::map<std::string, std::uint64_t, std::less<>>;

  void end_group();
  void keep_largest();

  dead_letter_summary made_;
  dead_letter_group group_;
  counts subscriptions_;
  counts topics_;
};

}  // namespace eventmgr
