#include "store/sqlite/key_list.hpp"

namespace eventmgr::sqlite {

std::string key_list(std::span<const std::int64_t> keys) {
  std::string text = "[";
  for (const std::int64_t key : keys) {
    if (text.size() > 1) text += ',';
    text += std::to_string(key);
  }
  return text + "]";
}

}  // namespace eventmgr::sqlite
