#pragma once

#include <eventmgr/proof.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace eventmgr {

/// Counts problems, and keeps the first of them.
class problem_list {
 public:
  void add(proof_problem found) {
    ++count_;
    if (kept_.size() < proof_report::max_problems) kept_.push_back(std::move(found));
  }

  std::uint64_t count() const noexcept { return count_; }
  std::vector<proof_problem> take() { return std::move(kept_); }

 private:
  std::vector<proof_problem> kept_;
  std::uint64_t count_{0};
};

}  // namespace eventmgr
