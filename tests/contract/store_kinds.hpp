#pragma once

#include "ports/event_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace eventmgr::testing {

/// A store under the contract suite, with what belongs to it.
class contract_store {
 public:
  virtual ~contract_store() = default;
  virtual event_store& store() = 0;
  /// Commits fail until `heal`.
  virtual void fail_commits() = 0;
  virtual void heal() = 0;
};

struct store_kind {
  std::string name{};
  std::uint16_t partitions{1};
  std::function<std::unique_ptr<contract_store>()> make{};
};

inline std::ostream& operator<<(std::ostream& out, const store_kind& kind) { return out << kind.name; }

/// Every store that has to keep the contract.
std::vector<store_kind> store_kinds();

}  // namespace eventmgr::testing
