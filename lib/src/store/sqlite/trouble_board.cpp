#include "store/sqlite/trouble_board.hpp"

namespace eventmgr::sqlite {

void trouble_board::set(activity where, std::string text) {
  const std::scoped_lock lock{mutex_};
  const auto index = static_cast<std::size_t>(where);
  texts_[index] = std::move(text);
  flags_[index].store(true);
}

void trouble_board::clear(activity where) {
  if (!has(where)) return;
  const std::scoped_lock lock{mutex_};
  const auto index = static_cast<std::size_t>(where);
  texts_[index].clear();
  flags_[index].store(false);
}

std::string trouble_board::text() const {
  const std::scoped_lock lock{mutex_};
  std::string all;
  for (const std::string& text : texts_) {
    if (text.empty() || all == text) continue;
    if (!all.empty()) all += "; ";
    all += text;
  }
  return all;
}

}  // namespace eventmgr::sqlite
