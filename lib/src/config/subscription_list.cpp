#include "config/subscription_list.hpp"

#include "codec/json_compact.hpp"
#include "codec/object_writer.hpp"
#include "codec/problems.hpp"
#include "codec/subscription_codec.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace eventmgr::config {
namespace {

/// A tree as JSON, and where in the file each of its values is.
class json_tree {
 public:
  json_tree(const node& root, const std::string& key, std::vector<complaint>& complaints) : complaints_{complaints} {
    append(root, "", key);
  }

  const std::string& text() const noexcept { return text_; }

  /// What is wrong with the value that a JSON Pointer names; with one that is not there, of the object it lacks in.
  void complain(std::string_view pointer, std::string message) {
    auto found = places_.find(pointer);
    std::string missing;
    while (found == places_.end()) {
      const std::size_t slash = pointer.rfind('/');
      missing.insert(0, pointer.substr(slash + 1)).insert(0, 1, '.');
      pointer = pointer.substr(0, slash);
      found = places_.find(pointer);
    }
    complaint made = found->second;
    made.key += missing;
    made.message = std::move(message);
    complaints_.push_back(std::move(made));
  }

 private:
  void append(const node& value, const std::string& pointer, const std::string& key) {
    places_.emplace(pointer, complaint{value.line, value.column, key, {}});
    switch (value.kind) {
      case node_kind::null:
        text_ += "null";
        return;
      case node_kind::plain:
        return append_plain(value.text);
      case node_kind::quoted:
        return codec::append_json_string(text_, value.text);
      case node_kind::list:
        return append_list(value, pointer, key);
      case node_kind::map:
        return append_map(value, pointer, key);
    }
  }

  void append_plain(const std::string& text) {
    const bool is_literal = text == "true" || text == "false";
    const bool may_be_number = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    if (is_literal || (may_be_number && codec::check_json(text, 1).fault == codec::json_fault::none)) {
      text_ += text;
    } else {
      codec::append_json_string(text_, text);
    }
  }

  void append_list(const node& list, const std::string& pointer, const std::string& key) {
    text_ += '[';
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (i > 0) text_ += ',';
      const std::string index = std::to_string(i);
      std::string place = pointer;
      place.append(1, '/').append(index);
      std::string element = key;
      element.append(1, '[').append(index).append(1, ']');
      append(list.items[i], place, element);
    }
    text_ += ']';
  }

  void append_map(const node& map, const std::string& pointer, const std::string& key) {
    codec::object_writer object{text_};
    std::set<std::string_view> seen;
    for (const member& each : map.members) {
      const std::string path = key + '.' + each.key;
      if (!seen.insert(each.key).second) {
        complaints_.push_back({each.line, each.column, path, "is given twice"});
        continue;
      }
      object.key(each.key);
      append(each.value, pointer + codec::pointer_to(each.key), path);
    }
    object.end();
  }

  std::string text_;
  std::map<std::string, complaint, std::less<>> places_;
  std::vector<complaint>& complaints_;
};

time_point now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

}  // namespace

std::vector<subscription_definition> read_subscriptions(const std::string& name, const node& list,
                                                        const retry_policy& retry, std::vector<complaint>& complaints) {
  std::vector<subscription_definition> read;
  std::set<std::string> names;
  const auto before = static_cast<std::ptrdiff_t>(complaints.size());
  const codec::definition_defaults defaults{.retry = retry, .now = now()};
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const node& written = list.items[i];
    const std::string key = name + '[' + std::to_string(i) + ']';
    if (written.kind != node_kind::map) {
      complaints.push_back(
          {written.line, written.column, key,
           "must be a subscription, as {name: orders, topic: \"orders.#\", endpoint: \"https://...\"}"});
      continue;
    }
    json_tree tree{written, key, complaints};
    auto definition = codec::parse_subscription(tree.text(), defaults);
    if (!definition) {
      const failure why = definition.error();
      for (const problem& fault : why.details) tree.complain(fault.pointer, fault.message);
      if (why.details.empty()) tree.complain("", why.message);
    } else if (definition->name.empty()) {
      tree.complain("", "must have a name");
    } else if (!names.insert(definition->name).second) {
      tree.complain("", definition->name + " is declared twice");
    } else {
      read.push_back(std::move(*definition));
    }
  }
  const auto place = [](const complaint& made) { return std::pair{made.line, made.column}; };
  std::ranges::stable_sort(complaints.begin() + before, complaints.end(), {}, place);
  return read;
}

}  // namespace eventmgr::config
