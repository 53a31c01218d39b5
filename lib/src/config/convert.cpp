#include "config/convert.hpp"

#include "config/subscription_list.hpp"
#include "config/value.hpp"
#include "config/yaml_loader.hpp"
#include "core/topic_levels.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace eventmgr::config {

namespace {

constexpr std::size_t max_description_bytes = 4096;

/// Members of a topic that come with later releases.
constexpr std::string_view later_topic_members[] = {"schema", "schemaMode", "retention", "requires"};

class converter {
 public:
  converter(const key& item, const retry_policy& retry, std::vector<complaint>& complaints)
      : item_{item}, retry_{retry}, complaints_{complaints} {}

  std::optional<value> run(const node& written) {
    const auto before = complaints_.size();
    auto converted = convert_by_kind(written);
    if (complaints_.size() != before) return std::nullopt;
    return converted;
  }

 private:
  std::optional<value> convert_by_kind(const node& written) {
    switch (item_.kind) {
      case value_kind::boolean:
        return scalar(written, parse_boolean, "must be true or false");
      case value_kind::whole_number:
        return in_range(written, scalar(written, parse_whole_number, "must be a whole number"));
      case value_kind::size:
        return in_range(written, scalar(written, parse_size, "must be a size, as 4096, 64KiB or 1MiB"));
      case value_kind::duration:
        return in_range(written, scalar(written, parse_milliseconds, "must be milliseconds, or a duration as 5s"));
      case value_kind::text:
        return text(written, std::string{item_.name});
      case value_kind::text_list:
        return texts(written);
      case value_kind::topic_list:
        return topics(written);
      case value_kind::subscription_list:
        if (is_list(written)) return read_subscriptions(std::string{item_.name}, written, retry_, complaints_);
        break;
    }
    return std::nullopt;
  }

  template <class Parser>
  std::optional<value> scalar(const node& written, Parser parse, const char* rule) {
    if (written.kind == node_kind::plain) {
      if (const auto read = parse(written.text)) return value{*read};
    }
    complain(written, rule);
    return std::nullopt;
  }

  std::optional<value> in_range(const node& written, std::optional<value> read) {
    if (!read) return std::nullopt;
    const auto* const length = std::get_if<std::chrono::milliseconds>(&*read);
    const auto amount =
        length != nullptr ? static_cast<std::uint64_t>(length->count()) : std::get<std::uint64_t>(*read);
    if (amount < item_.least || amount > item_.most) complain(written, "must be " + format_range(item_));
    return read;
  }

  std::optional<std::string> text(const node& written, const std::string& name) {
    if (written.kind != node_kind::plain && written.kind != node_kind::quoted) {
      complain(written, name, "must be text");
      return std::nullopt;
    }
    auto read = written.text;
    if (item_.rule != nullptr) {
      if (auto wrong = item_.rule(read)) complain(written, name, std::move(*wrong));
    }
    return read;
  }

  std::optional<value> texts(const node& written) {
    if (!is_list(written)) return std::nullopt;
    std::vector<std::string> read;
    for (std::size_t i = 0; i < written.items.size(); ++i) {
      if (auto one = text(written.items[i], element(i))) read.push_back(std::move(*one));
    }
    return read;
  }

  std::optional<value> topics(const node& written) {
    if (!is_list(written)) return std::nullopt;
    std::vector<topic_declaration> read;
    std::set<std::string> names;
    for (std::size_t i = 0; i < written.items.size(); ++i) {
      auto one = topic(written.items[i], element(i));
      if (!one.topic.str().empty() && !names.insert(one.topic.str()).second) {
        complain(written.items[i], element(i), one.topic.str() + " is declared twice");
      }
      read.push_back(std::move(one));
    }
    return read;
  }

  topic_declaration topic(const node& written, const std::string& name) {
    topic_declaration declared;
    if (written.kind != node_kind::map) {
      complain(written, name, "must be a topic, as {name: project/created, description: \"...\"}");
      return declared;
    }
    std::set<std::string> seen;
    for (const auto& member : written.members) {
      const auto path = name + '.' + member.key;
      if (!seen.insert(member.key).second) {
        complaints_.push_back({member.line, member.column, path, "is given twice"});
      } else if (member.key == "name") {
        topic_text(member.value, path, declared);
      } else if (member.key == "description") {
        description(member.value, path, declared);
      } else {
        const bool later = std::ranges::find(later_topic_members, member.key) != std::end(later_topic_members);
        complaints_.push_back(
            {member.line, member.column, path, later ? "is not supported by this release" : "is not a known key"});
      }
    }
    if (!seen.contains("name")) complain(written, name, "must have a name");
    return declared;
  }

  void topic_text(const node& written, const std::string& path, topic_declaration& declared) {
    const auto read = text(written, path);
    if (!read) return;
    auto parsed = topic_name::parse(*read);
    if (parsed) {
      declared.topic = std::move(*parsed);
    } else {
      complain(written, path, std::string{fault_of_levels(*read, wildcards::refused)});
    }
  }

  void description(const node& written, const std::string& path, topic_declaration& declared) {
    auto read = text(written, path);
    if (!read) return;
    if (read->size() > max_description_bytes) {
      complain(written, path, "must be at most " + std::to_string(max_description_bytes) + " bytes");
    }
    declared.description = std::move(*read);
  }

  bool is_list(const node& written) {
    if (written.kind == node_kind::list) return true;
    complain(written, "must be a list");
    return false;
  }

  std::string element(std::size_t index) const { return std::string{item_.name} + '[' + std::to_string(index) + ']'; }

  void complain(const node& at, std::string message) { complain(at, std::string{item_.name}, std::move(message)); }

  void complain(const node& at, std::string name, std::string message) {
    complaints_.push_back({at.line, at.column, std::move(name), std::move(message)});
  }

  const key& item_;
  const retry_policy& retry_;
  std::vector<complaint>& complaints_;
};

/// The members of "a, b" without the space around them; of a topic list, as {name: a}.
node split_names(value_kind kind, std::string_view text) {
  node list;
  list.kind = node_kind::list;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto name = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    node item;
    item.kind = node_kind::plain;
    item.text = std::string{name};
    if (kind == value_kind::topic_list) {
      node named;
      named.kind = node_kind::map;
      named.members.push_back({"name", 0, 0, std::move(item)});
      item = std::move(named);
    }
    list.items.push_back(std::move(item));
  }
  return list;
}

/// Line and column of a one-line text would only mislead.
void forget_places(node& tree) {
  tree.line = tree.column = 0;
  for (auto& item : tree.items) forget_places(item);
  for (auto& member : tree.members) {
    member.line = member.column = 0;
    forget_places(member.value);
  }
}

}  // namespace

std::optional<value> convert(const key& item, const node& written, const retry_policy& retry,
                             std::vector<complaint>& complaints) {
  return converter{item, retry, complaints}.run(written);
}

node read_text(const key& item, std::string_view text, std::vector<complaint>& complaints) {
  const bool of_names = item.kind == value_kind::text_list || item.kind == value_kind::topic_list;
  if (of_names || item.kind == value_kind::subscription_list) {
    if (of_names && !text.starts_with('[')) return split_names(item.kind, text);
    auto document = read_yaml(text);
    for (auto& mistake : document.mistakes) complaints.push_back({0, 0, std::string{item.name}, mistake.message});
    forget_places(document.root);
    return std::move(document.root);
  }
  node scalar;
  scalar.kind = node_kind::plain;
  scalar.text = std::string{text};
  return scalar;
}

}  // namespace eventmgr::config
