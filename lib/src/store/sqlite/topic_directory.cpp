#include "store/sqlite/topic_directory.hpp"

#include <algorithm>

namespace eventmgr::sqlite {
namespace {

/// Pattern lists whose topics are remembered: catching up reads page after page with one of few.
constexpr std::size_t max_memos = 64;

/// So many topics are counted at each selection.
constexpr std::size_t counted_anew = 64;

std::string text_of(std::span<const topic_pattern> patterns) {
  std::string text;
  for (const topic_pattern& pattern : patterns) {
    text += pattern.str();
    text += '\n';
  }
  return text;
}

}  // namespace

topic_directory::entry& topic_directory::add(std::int64_t key, const topic_name& name) {
  const auto [place, made] = by_name_.try_emplace(name.str());
  entry& topic = place->second;
  if (made) {
    topic.key = key;
    topic.info.topic = name;
    by_hash_.emplace(place->first, &topic);
    const auto index = static_cast<std::size_t>(key - 1);
    if (by_key_.size() <= index) by_key_.resize(index + 1, nullptr);
    by_key_[index] = &topic;
  }
  return topic;
}

void topic_directory::count_visibility(const entry& of, bool was_visible) noexcept {
  if (visible(of) && !was_visible) ++visible_;
  if (!visible(of) && was_visible) --visible_;
}

void topic_directory::load(std::vector<topic_row> rows) {
  const std::scoped_lock lock{mutex_, memo_mutex_};
  by_hash_.clear();
  by_key_.clear();
  unsaved_.clear();
  memos_.clear();
  by_name_.clear();
  visible_ = 0;
  events_ = 0;
  for (topic_row& row : rows) {
    entry& topic = add(row.key, row.info.topic);
    topic.info = std::move(row.info);
    topic.unsaved = row.unsaved;
    if (topic.unsaved) unsaved_.push_back(&topic);
    events_ += topic.info.event_count;
    count_visibility(topic, false);
  }
}

std::int64_t topic_directory::key_of(const topic_name& topic) const {
  const auto found = by_hash_.find(topic.str());
  return found == by_hash_.end() ? 0 : found->second->key;
}

std::int64_t topic_directory::last_key() const { return static_cast<std::int64_t>(by_key_.size()); }

void topic_directory::apply(std::span<const new_topic> topics, std::span<const std::int64_t> event_topics,
                            time_point at) {
  const std::scoped_lock lock{mutex_};
  for (const new_topic& made : topics) add(made.key, made.name);
  for (const std::int64_t key : event_topics) {
    entry& topic = *by_key_[static_cast<std::size_t>(key - 1)];
    const bool was_visible = visible(topic);
    ++topic.info.event_count;
    topic.info.last_event = at;
    count_visibility(topic, was_visible);
    if (!topic.unsaved) {
      topic.unsaved = true;
      unsaved_.push_back(&topic);
    }
  }
  events_ += event_topics.size();
}

void topic_directory::declare(std::int64_t key, const topic_declaration& declaration, time_point declared_at) {
  const std::scoped_lock lock{mutex_};
  entry& topic = add(key, declaration.topic);
  const bool was_visible = visible(topic);
  topic.info.declared = true;
  topic.info.description = declaration.description;
  topic.info.declared_at = declared_at;
  count_visibility(topic, was_visible);
}

void topic_directory::undeclare(std::int64_t key) {
  const std::scoped_lock lock{mutex_};
  entry& topic = *by_key_[static_cast<std::size_t>(key - 1)];
  const bool was_visible = visible(topic);
  topic.info.declared = false;
  topic.info.description.clear();
  topic.info.declared_at.reset();
  count_visibility(topic, was_visible);
}

std::vector<topic_row> topic_directory::unsaved() const {
  std::vector<topic_row> rows;
  rows.reserve(unsaved_.size());
  for (const entry* topic : unsaved_) rows.push_back({topic->key, topic->info, true});
  return rows;
}

void topic_directory::mark_saved() {
  for (entry* topic : unsaved_) topic->unsaved = false;
  unsaved_.clear();
}

topic_name topic_directory::name_of(std::int64_t key) const {
  const std::shared_lock lock{mutex_};
  const auto index = static_cast<std::size_t>(key - 1);
  return index < by_key_.size() && by_key_[index] != nullptr ? by_key_[index]->info.topic : topic_name{};
}

std::optional<topic_info> topic_directory::find(const topic_name& topic) const {
  const std::shared_lock lock{mutex_};
  const auto found = by_hash_.find(topic.str());
  if (found == by_hash_.end() || !visible(*found->second)) return std::nullopt;
  return found->second->info;
}

topic_page topic_directory::list(std::string_view cursor, std::uint32_t limit) const {
  const std::shared_lock lock{mutex_};
  topic_page page;
  page.total = visible_;
  for (auto next = cursor.empty() ? by_name_.begin() : by_name_.upper_bound(cursor); next != by_name_.end(); ++next) {
    if (!visible(next->second)) continue;
    if (page.topics.size() >= limit) {
      if (!page.topics.empty()) page.next_cursor = page.topics.back().topic.str();
      break;
    }
    page.topics.push_back(next->second.info);
  }
  return page;
}

topic_directory::memo& topic_directory::memo_of(std::span<const topic_pattern> patterns) const {
  std::string text = text_of(patterns);
  const auto known = std::ranges::find(memos_, text, &memo::patterns);
  if (known == memos_.end()) {
    if (memos_.size() >= max_memos) memos_.erase(memos_.begin());
    memos_.push_back({std::move(text), std::make_shared<const std::vector<std::int64_t>>()});
  } else {
    std::rotate(known, known + 1, memos_.end());
  }
  return memos_.back();
}

void topic_directory::extend(memo& matching, std::span<const topic_pattern> patterns) const {
  // A selection that was given away must not see its keys change.
  std::shared_ptr<std::vector<std::int64_t>> longer;
  for (; matching.checked_through < last_key(); ++matching.checked_through) {
    const entry* const topic = by_key_[static_cast<std::size_t>(matching.checked_through)];
    if (topic == nullptr) continue;
    const auto matches = [&](const topic_pattern& pattern) { return pattern.matches(topic->info.topic); };
    if (!patterns.empty() && std::ranges::none_of(patterns, matches)) continue;
    if (!longer) longer = std::make_shared<std::vector<std::int64_t>>(*matching.keys);
    longer->push_back(topic->key);
  }
  if (longer) matching.keys = std::move(longer);
}

void topic_directory::count(memo& matching) const {
  // Of many topics the sum is good for a while: it only decides how to search.
  const bool is_good = matching.keys->size() > counted_anew && events_ - matching.counted_at < matching.counted_at / 16;
  if (is_good) return;
  matching.events = 0;
  matching.counted_at = events_;
  for (const std::int64_t key : *matching.keys) {
    matching.events += by_key_[static_cast<std::size_t>(key - 1)]->info.event_count;
  }
}

topic_selection topic_directory::select(std::span<const topic_pattern> patterns) const {
  const std::scoped_lock memo_lock{memo_mutex_};
  const std::shared_lock lock{mutex_};
  memo& matching = memo_of(patterns);
  extend(matching, patterns);
  count(matching);
  // An old sum is too small, so that it never passes for all there is.
  const bool everything = matching.keys->size() == by_key_.size() || matching.events == events_;
  return {matching.keys, *matching.keys, matching.events, everything};
}

}  // namespace eventmgr::sqlite
