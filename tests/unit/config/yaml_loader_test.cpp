#include "config/yaml_loader.hpp"

#include <catch2/catch.hpp>

using namespace eventmgr::config;

TEST_CASE("a document keeps order, places and repeated keys") {
  const auto document = read_yaml("a: 1\nb:\n  c: 'x'\na: 2\n");

  CHECK(document.mistakes.empty());
  REQUIRE(document.root.kind == node_kind::map);
  REQUIRE(document.root.members.size() == 3);
  CHECK(document.root.members[0].key == "a");
  CHECK(document.root.members[0].value.kind == node_kind::plain);
  CHECK(document.root.members[2].key == "a");
  CHECK(document.root.members[2].line == 4);
  const auto& nested = document.root.members[1].value.members.at(0);
  CHECK(nested.value.kind == node_kind::quoted);
  CHECK(nested.line == 3);
  CHECK(nested.column == 3);
  CHECK(nested.value.column == 6);
}

TEST_CASE("an empty text is a null") {
  for (const auto* text : {"", "# nothing but a comment\n", "---\n"}) {
    const auto document = read_yaml(text);
    CHECK(document.mistakes.empty());
    CHECK(document.root.kind == node_kind::null);
  }
}

TEST_CASE("what could be dangerous or ambiguous in YAML is refused") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"a: &x [1]\nb: *x\n", "aliases are not supported"},
      {"a: 1\n---\nb: 2\n", "holds more than one YAML document"},
      {"a: !!int 1\n", "tags are not supported"},
      {"a: !!seq [1]\n", "tags are not supported"},
      {"a: !mine\n  - 1\n", "tags are not supported"},
      {"a: !!map {b: 1}\n", "tags are not supported"},
      {"!mine\na: 1\n", "tags are not supported"},
      {"[a]: 1\n", "a key must be text"},
      {"a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", "too deeply nested"},
  }));
  const auto document = read_yaml(text);
  REQUIRE(document.mistakes.size() == 1);
  CHECK(document.mistakes[0].message == message);
}

TEST_CASE("a tag of a list or map is refused where it is") {
  const auto document = read_yaml("a:\n  b: [[1], {c: 2}]\n  d: !!set {e: 3}\n");
  REQUIRE(document.mistakes.size() == 1);
  CHECK(document.mistakes[0].line == 3);
  CHECK(document.mistakes[0].column == 6);
}

TEST_CASE("a syntax error says where it is") {
  const auto document = read_yaml("port: 3004\nqueue: {maxSize: 1\n");
  REQUIRE(document.mistakes.size() == 1);
  CHECK(document.mistakes[0].line >= 2);
  CHECK_FALSE(document.mistakes[0].message.empty());
}

TEST_CASE("a hundred thousand brackets end as a mistake, not as a crash") {
  const auto document = read_yaml(std::string(100000, '['));
  REQUIRE_FALSE(document.mistakes.empty());
}
