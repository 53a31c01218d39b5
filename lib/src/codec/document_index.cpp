#include "codec/document_index.hpp"

#include "codec/json_walk.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace eventmgr::codec {
namespace {

/// The key whose first character the text begins with, as it is spelt.
std::string_view leading_key(std::string_view text) noexcept {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return text.substr(0, end);
}

bool means(std::string_view raw_key, std::string_view name) {
  return raw_key.find('\\') == std::string_view::npos ? raw_key == name : unescape(raw_key) == name;
}

/// An index as a JSON Pointer has it: decimal digits without a leading zero.
std::optional<std::size_t> parse_index(std::string_view text) noexcept {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return index;
}

std::string_view find_element(std::string_view array, std::string_view step) {
  auto remaining = parse_index(step);
  if (!remaining) return {};
  element_walker elements{array};
  std::string_view element;
  while (elements.next(element)) {
    if ((*remaining)-- == 0) return element;
  }
  return {};
}

std::string_view find_member_in_text(std::string_view object, std::string_view name) {
  std::string_view found;
  member_walker members{object};
  json_member member;
  while (members.next(member)) {
    if (means(member.raw_key, name)) found = member.value;
  }
  return found;
}

/// Goes on where the index ends: at an array, and at whatever it holds.
std::string_view walk(std::string_view value, std::span<const std::string> steps) {
  for (const std::string& step : steps) {
    if (value.empty() || (value.front() != '{' && value.front() != '[')) return {};
    value = leading_value(value);
    value = value.front() == '{' ? find_member_in_text(value, step) : find_element(value, step);
  }
  return value;
}

}  // namespace

document_index::document_index(std::string_view object) : text_{object} {
  std::vector<std::uint32_t> open;
  const auto count = [this] { return static_cast<std::uint32_t>(nodes_.size()); };
  const auto next_is = [this](std::size_t at, char c) { return at < text_.size() && text_[at] == c; };
  std::size_t at = next_is(0, '{') ? 1 : text_.size();
  while (at < text_.size()) {
    if (text_[at] == ',') ++at;
    if (next_is(at, '}')) {
      if (open.empty()) return;
      nodes_[open.back()].next = count();
      open.pop_back();
      ++at;
      continue;
    }
    const std::string_view key = add_key(std::min(at + 1, text_.size()));
    at = std::min(at + key.size() + 3, text_.size());
    node& made = nodes_.back();
    made.value = static_cast<std::uint32_t>(at);
    if (next_is(at, '{')) {
      open.push_back(count() - 1);
      ++at;
    } else {
      made.next = count();
      at += leading_value(text_.substr(at)).size();
    }
  }
  // Of a damaged file only: whole documents end above.
  for (const std::uint32_t left : open) nodes_[left].next = count();
}

std::string_view document_index::add_key(std::size_t at) {
  const std::string_view key = leading_key(text_.substr(at));
  has_escaped_keys_ = has_escaped_keys_ || key.find('\\') != std::string_view::npos;
  nodes_.push_back({.key = static_cast<std::uint32_t>(at)});
  return key;
}

const document_index::node* document_index::find_member(std::uint32_t first, std::uint32_t end,
                                                        std::string_view name) const {
  // Where no key is escaped, one that begins with the name and then ends can be told without looking for its end;
  // unless the name holds what only an escaped key can.
  const bool is_plain = name.find_first_of("\"\\") == std::string_view::npos;
  if (!has_escaped_keys_ && !is_plain) return nullptr;
  const node* found = nullptr;
  for (std::uint32_t i = first; i < end; i = nodes_[i].next) {
    const std::string_view rest = text_.substr(nodes_[i].key);
    const bool same = has_escaped_keys_ ? means(leading_key(rest), name)
                                        : rest.starts_with(name) && rest.substr(name.size()).starts_with('"');
    if (same) found = &nodes_[i];
  }
  return found;
}

std::string_view document_index::find(std::span<const std::string> steps) const {
  auto first = std::uint32_t{0};
  auto end = static_cast<std::uint32_t>(nodes_.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const node* const found = find_member(first, end, steps[i]);
    if (found == nullptr) return {};
    const std::string_view value = text_.substr(found->value);
    if (i + 1 == steps.size() || value.empty()) return value;
    if (value.front() == '[') return walk(value, steps.subspan(i + 1));
    if (value.front() != '{') return {};
    first = static_cast<std::uint32_t>(found - nodes_.data()) + 1;
    end = found->next;
  }
  return {};
}

}  // namespace eventmgr::codec
