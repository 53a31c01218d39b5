#include "chaos/ledger.hpp"

#include "bench/wire/http_session.hpp"
#include "support/process.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

/// The problems in a report, one below the other.
std::string problems_in(const std::string& report) {
  const auto found = json::parse(report, nullptr, false);
  if (found.is_discarded()) return "no report: " + report;
  std::string text;
  for (const auto& problem : found.at("problems")) text += problem.dump() + "\n";
  if (text.empty() && !found.at("ok").get<bool>()) return "not ok: " + report;
  return text;
}

}  // namespace

std::string faults_in_ledger(const std::string& data_dir) {
  testing::process_options options;
  options.command = {testing::program_path("eventmgrd"), "--verify", "--data-dir", data_dir};
  options.unset = {"DATABASE_URL", "STATE_DIRECTORY"};
  // Of a hundred thousand events, by a sanitizer.
  const auto ended = testing::run(options, {}, std::chrono::minutes(2));
  if (ended.status != 0 && ended.out.empty()) return ended.err;
  return problems_in(ended.out);
}

std::string faults_in_ledger(const bench::endpoint& where) {
  bench::http_session session(where, std::chrono::minutes(2));
  const auto answer = session.post("/verify", "");
  return answer.status == 200 ? problems_in(std::string(answer.body)) : std::string(answer.body);
}

}  // namespace eventmgr::chaos
