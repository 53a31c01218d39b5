#include "evctl.hpp"

#include <algorithm>

namespace eventmgr::testing {

process_options evctl::options(const std::vector<std::string>& arguments) const {
  process_options result;
  result.command = {program_path("evctl")};
  result.command.insert(result.command.end(), arguments.begin(), arguments.end());
  result.unset = {"EVENTMGR_URL", "EVENTMGR_TOKEN", "EVENTMGR_CONTEXT", "NO_COLOR"};
  result.environment = {{"XDG_CONFIG_HOME", home_.path()}, {"TERM", "xterm"}};
  if (!url_.empty()) result.environment.emplace_back("EVENTMGR_URL", url_);
  return result;
}

process_options evctl::on_terminal(const std::vector<std::string>& arguments) const {
  auto result = options(arguments);
  result.stdin_terminal = result.stdout_terminal = result.stderr_terminal = true;
  return result;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string member_of(std::string_view json, std::string_view name) {
  const auto key = "\"" + std::string{name} + "\":";
  const auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  auto value = json.substr(at + key.size());
  if (value.starts_with('"')) return std::string{value.substr(1, value.find('"', 1) - 1)};
  return std::string{value.substr(0, value.find_first_of(",}]"))};
}

std::string offsets_in(std::string_view out) {
  std::string offsets;
  for (const auto& line : lines_of(out)) offsets += member_of(line, "seq") + " ";
  return offsets;
}

std::string batch_of(int count, const std::string& topic, const std::string& payload) {
  std::string batch;
  for (int number = 0; number < count; ++number) {
    batch += R"({"type":"t","source":"s","topic":")" + topic + R"(","payload":)" + payload + "}\n";
  }
  return batch;
}

}  // namespace eventmgr::testing
