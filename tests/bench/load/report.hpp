#pragma once

#include "bench/load/samples.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::bench {

/// What a run found: figures, and whether the server kept its promises while they were taken.
class report {
 public:
  explicit report(std::string scenario) : scenario_(std::move(scenario)) {}

  /// `key` is the name in JSON, `unit` is for people.
  void figure(std::string key, double value, std::string unit);

  /// Adds p50, p95, p99, p99.9 and the maximum as `<prefix>_p50_ms` and so on.
  void latency(std::string_view prefix, samples& durations);

  void check(std::string name, bool kept, std::string detail);

  bool all_kept() const noexcept;

  void print_table(std::ostream& out) const;

  /// One object on one line.
  void print_json(std::ostream& out) const;

 private:
  struct figure_row {
    std::string key;
    double value;
    std::string unit;
  };
  struct check_row {
    std::string name;
    bool kept;
    std::string detail;
  };

  std::string scenario_;
  std::vector<figure_row> figures_;
  std::vector<check_row> checks_;
};

}  // namespace eventmgr::bench
