#pragma once

#include "ports/event_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr {

/// The topics of a memory store. Answers the calls of `event_store` of the same names. Not thread-safe.
class memory_topics {
 public:
  /// One more event.
  void count(const event& stored);

  result<bool> declare(const topic_declaration& declaration, declare_mode mode, time_point now);
  result<void> undeclare(const topic_name& topic);

  topic_page list(std::string_view cursor, std::uint32_t limit) const;
  std::optional<topic_info> find(const topic_name& topic) const;

 private:
  std::map<std::string, topic_info, std::less<>> topics_;
};

}  // namespace eventmgr
