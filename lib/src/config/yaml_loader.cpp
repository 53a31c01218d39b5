#include "config/yaml_loader.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

namespace eventmgr::config {

namespace {

/// Builds the tree from the parser's events. yaml-cpp's own tree keeps one of two equal keys without a word, and
/// expands aliases without a bound; here neither can happen.
class tree_builder final : public YAML::EventHandler {
 public:
  explicit tree_builder(yaml_document& out) : out_{out} {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(make(node_kind::null, mark)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(mark, "aliases are not supported");
    add(make(node_kind::null, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    auto scalar = make(tag == "!" ? node_kind::quoted : node_kind::plain, mark);
    refuse_tag(mark, tag == "!" ? "" : tag);
    scalar.text = value;
    add(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(make(node_kind::list, mark), mark);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(make(node_kind::map, mark), mark);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or map whose end is still to come. In a map, `key_read` tells that the next node is a value.
  struct open_node {
    node value;
    bool key_read{false};
  };

  static node make(node_kind kind, const YAML::Mark& mark) {
    node made;
    made.kind = kind;
    made.line = static_cast<std::size_t>(mark.line) + 1;
    made.column = static_cast<std::size_t>(mark.column) + 1;
    return made;
  }

  void complain(const YAML::Mark& mark, std::string message) {
    const auto at = make(node_kind::null, mark);
    out_.mistakes.push_back({at.line, at.column, std::move(message)});
  }

  /// "?" is what the parser calls no tag.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?") complain(mark, "tags are not supported");
  }

  void open(node started, const YAML::Mark& mark) {
    if (open_.size() == max_yaml_depth) throw YAML::ParserException(mark, "too deeply nested");
    open_.push_back({std::move(started)});
  }

  void close() {
    auto done = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(done));
  }

  void add(node value) {
    if (open_.empty()) {
      out_.root = std::move(value);
      return;
    }
    auto& [parent, key_read] = open_.back();
    if (parent.kind == node_kind::list) {
      parent.items.push_back(std::move(value));
    } else if (key_read) {
      auto& pair = parent.members.back();
      pair.value = std::move(value);
      if (pair.value.kind == node_kind::null) {  // its mark is where the parser noticed, a line or more further on
        pair.value.line = pair.line;
        pair.value.column = pair.column;
      }
      key_read = false;
    } else {
      if (value.kind != node_kind::plain && value.kind != node_kind::quoted) {
        out_.mistakes.push_back({value.line, value.column, "a key must be text"});
      }
      parent.members.push_back({std::move(value.text), value.line, value.column, {}});
      key_read = true;
    }
  }

  yaml_document& out_;
  std::vector<open_node> open_;
};

}  // namespace

yaml_document read_yaml(std::string_view text) {
  yaml_document document;
  std::istringstream input{std::string{text}};
  try {
    YAML::Parser parser{input};
    tree_builder builder{document};
    parser.HandleNextDocument(builder);
    if (parser) document.mistakes.push_back({0, 0, "holds more than one YAML document"});
  } catch (const YAML::Exception& fault) {
    const bool known = !fault.mark.is_null();
    document.mistakes.push_back({known ? static_cast<std::size_t>(fault.mark.line) + 1 : 0,
                                 known ? static_cast<std::size_t>(fault.mark.column) + 1 : 0, fault.msg});
  }
  return document;
}

}  // namespace eventmgr::config
