#include "bench/load/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <utility>

namespace eventmgr::bench {

namespace {

/// Three decimals where they say something, none in large numbers.
std::string readable(double value) {
  if (std::abs(value) >= 1000) return fmt::format("{:.0f}", value);
  if (std::abs(value) >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.3f}", value);
}

}  // namespace

void report::figure(std::string key, double value, std::string unit) {
  figures_.push_back({std::move(key), value, std::move(unit)});
}

void report::latency(std::string_view prefix, samples& durations) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> shares{
      {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}}};
  for (const auto& [name, share] : shares) {
    figure(fmt::format("{}_{}_ms", prefix, name), durations.percentile_ms(share), "ms");
  }
}

void report::check(std::string name, bool kept, std::string detail) {
  checks_.push_back({std::move(name), kept, std::move(detail)});
}

bool report::all_kept() const noexcept {
  return std::ranges::all_of(checks_, [](const check_row& row) { return row.kept; });
}

void report::print_table(std::ostream& out) const {
  out << scenario_ << '\n';
  for (const auto& row : figures_) out << fmt::format("  {:<32} {:>12} {}\n", row.key, readable(row.value), row.unit);
  for (const auto& row : checks_) {
    out << fmt::format("  {:<32} {:>12} {}\n", row.name, row.kept ? "ok" : "FAILED", row.detail);
  }
  out.flush();
}

void report::print_json(std::ostream& out) const {
  nlohmann::ordered_json figures = nlohmann::ordered_json::object();
  for (const auto& row : figures_) figures[row.key] = row.value;
  nlohmann::ordered_json checks = nlohmann::ordered_json::object();
  for (const auto& row : checks_) checks[row.name] = {{"ok", row.kept}, {"detail", row.detail}};
  nlohmann::ordered_json whole = nlohmann::ordered_json::object();
  whole["scenario"] = scenario_;
  whole["figures"] = std::move(figures);
  whole["checks"] = std::move(checks);
  out << whole.dump() << std::endl;
}

}  // namespace eventmgr::bench
