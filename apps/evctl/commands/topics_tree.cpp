#include "../command.hpp"
#include "../json_text.hpp"
#include "../record_pages.hpp"
#include "../terminal.hpp"
#include "codec/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace eventmgr::evctl {
namespace {

/// A level of the topics' hierarchy, with what lies below it. As deep as a topic may be: 32 levels.
struct tree_node {
  bool is_topic{false};
  std::uint64_t events{0};
  std::map<std::string, tree_node> children{};
};

std::uint64_t number_of(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void insert(tree_node& root, std::string_view topic, std::uint64_t events) {
  auto* node = &root;
  while (!topic.empty()) {
    const auto level = topic.substr(0, topic.find('/'));
    topic.remove_prefix(level.size() == topic.size() ? level.size() : level.size() + 1);
    node = &node->children[std::string{level}];
  }
  node->is_topic = true;
  node->events = events;
}

void draw(const tree_node& node, const std::string& indent, printer& out) {
  for (auto item = node.children.begin(); item != node.children.end(); ++item) {
    const auto& [name, child] = *item;
    const bool last = std::next(item) == node.children.end();
    const auto count = child.is_topic ? "  " + std::to_string(child.events) : std::string{};
    out.line(indent + (last ? "└── " : "├── ") + printable(name) + out.paint(count, style::faint));
    draw(child, indent + (last ? "    " : "│   "), out);
  }
}

std::string to_json(const std::string& name, const tree_node& node) {
  std::string out{"{\"name\":" + codec::json_string(name)};
  if (node.is_topic) out += ",\"eventCount\":" + std::to_string(node.events);
  out += ",\"children\":[";
  for (const auto& [child_name, child] : node.children) {
    if (out.back() != '[') out += ',';
    out += to_json(child_name, child);
  }
  return out + "]}";
}

exit_code show_tree(session& here) {
  tree_node root;
  const auto asked = visit_pages(topic_pages(here), every_record, [&](const std::string& json) {
    insert(root, member_text(json, "/topic").value_or(""), number_of(member_text(json, "/eventCount").value_or("")));
  });
  if (!asked) return here.fail(asked.error());
  auto& out = here.output();
  if (out.is_table()) {
    draw(root, "", out);
    return exit_code::done;
  }
  out.begin_list({});
  for (const auto& [name, node] : root.children) out.item(to_json(name, node));
  out.end_list();
  return exit_code::done;
}

}  // namespace

void add_topics_tree(CLI::App& parent, command_action& chosen) {
  auto* command = parent.add_subcommand("tree", "Show the topics as a tree, with how many events each has");
  command->callback([&chosen] { chosen = show_tree; });
}

}  // namespace eventmgr::evctl
