#include "failure_text.hpp"

#include <string_view>

namespace eventmgr::evctl {
namespace {

bool tells_place(std::string_view message, std::string_view pointer) {
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  return message.find(pointer) != std::string_view::npos;
}

}  // namespace

std::vector<std::string> lines_of(const failure& why) {
  std::vector<std::string> lines{why.message};
  if (why.details.size() == 1 && why.message.find(why.details.front().message) != std::string::npos) {
    const std::string& pointer = why.details.front().pointer;
    if (!tells_place(why.message, pointer)) lines.front() += " (" + pointer + ")";
    return lines;
  }
  for (const problem& item : why.details) {
    lines.push_back("  " + item.pointer + (item.pointer.empty() ? "" : ": ") + item.message);
  }
  return lines;
}

}  // namespace eventmgr::evctl
