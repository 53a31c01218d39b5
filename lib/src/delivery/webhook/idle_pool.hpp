#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace eventmgr::delivery {

/// Open connections that wait to be used again, by origin. Owns none of them. The one that was used last is taken
/// first, so that what is not needed grows old and is closed.
template <class Connection>
class idle_pool {
 public:
  struct limits {
    std::size_t per_origin{256};
    std::size_t total{1024};
  };

  explicit idle_pool(const limits& most) : limits_{most} {}

  /// False if there are enough: the connection is not kept.
  bool put(const std::string& origin, Connection& connection) {
    if (size_ >= limits_.total) return false;
    if (origins_.size() > limits_.total) {
      std::erase_if(origins_, [](const auto& each) { return each.second.empty(); });
    }
    auto& idle = origins_[origin];
    if (idle.size() >= limits_.per_origin) return false;
    idle.push_back(&connection);
    ++size_;
    return true;
  }

  /// Null if there is none.
  Connection* take(const std::string& origin) {
    const auto found = origins_.find(origin);
    // An origin without connections keeps its place: they are in use, and will be back.
    if (found == origins_.end() || found->second.empty()) return nullptr;
    auto* connection = found->second.back();
    found->second.pop_back();
    --size_;
    return connection;
  }

  /// One that is not there is no error.
  void remove(const std::string& origin, const Connection& connection) {
    const auto found = origins_.find(origin);
    if (found != origins_.end()) size_ -= std::erase(found->second, &connection);
  }

  std::size_t size() const noexcept { return size_; }

 private:
  const limits limits_;
  std::unordered_map<std::string, std::vector<Connection*>> origins_{};
  std::size_t size_{0};
};

}  // namespace eventmgr::delivery
