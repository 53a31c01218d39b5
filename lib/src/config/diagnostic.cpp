#include "config/diagnostic.hpp"

namespace eventmgr::config {

std::string to_string(const diagnostic& item) {
  auto line = item.where.origin;
  if (item.where.line != 0) {
    line += ':' + std::to_string(item.where.line) + ':' + std::to_string(item.where.column);
  }
  if (!item.key.empty()) line += ": " + item.key;
  return line + ": " + item.message;
}

}  // namespace eventmgr::config
