#include "contract/store_kinds.hpp"

#include "store/memory/memory_event_store.hpp"
#include "store/sqlite/sqlite_event_store.hpp"
#include "support/fault_vfs.hpp"
#include "support/process.hpp"

#include <climits>

namespace eventmgr::testing {
namespace {

class memory_contract_store final : public contract_store {
 public:
  explicit memory_contract_store(std::uint16_t partitions) : store_{make_memory_event_store(partitions, faults_)} {}
  event_store& store() override { return *store_; }
  void fail_commits() override { faults_->fail_next_commits(UINT_MAX); }
  void heal() override { faults_->clear(); }

 private:
  std::shared_ptr<memory_store_faults> faults_{std::make_shared<memory_store_faults>()};
  std::unique_ptr<event_store> store_;
};

class sqlite_contract_store final : public contract_store {
 public:
  sqlite_contract_store() = default;
  event_store& store() override { return *store_; }
  void fail_commits() override { vfs_.fail_syncs_from(1); }
  void heal() override { vfs_.heal(); }

 private:
  fault_vfs vfs_;
  temp_dir folder_;
  std::unique_ptr<event_store> store_{
      make_sqlite_event_store({.path = folder_.file("events.db"), .retry_interval = std::chrono::milliseconds{0}})};
};

}  // namespace

std::vector<store_kind> store_kinds() {
  const auto memory = [](std::uint16_t partitions) {
    return [partitions] { return std::make_unique<memory_contract_store>(partitions); };
  };
  return {
      {"memory", 1, memory(1)},
      {"memory with 4 partitions", 4, memory(4)},
      {"sqlite", 1, [] { return std::make_unique<sqlite_contract_store>(); }},
  };
}

}  // namespace eventmgr::testing
