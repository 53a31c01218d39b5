#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/value.hpp"
#include "config/yaml_loader.hpp"
#include "config_fixture.hpp"

#include <catch2/catch.hpp>

#include <iterator>
#include <set>

using namespace eventmgr;
using namespace eventmgr::config;

namespace {

std::filesystem::path in_tree(std::string_view name) { return std::filesystem::path{EVENTMGR_SOURCE_DIR} / name; }

std::string read_text_file(const std::filesystem::path& path) {
  std::ifstream input{path, std::ios::binary};
  REQUIRE(input);
  return {std::istreambuf_iterator<char>{input}, {}};
}

void collect_names(const node& map, const std::string& prefix, std::set<std::string>& names) {
  for (const auto& written : map.members) {
    const auto name = prefix + written.key;
    if (is_section(name)) {
      collect_names(written.value, name + '.', names);
    } else {
      names.insert(name);
    }
  }
}

std::set<std::string> all_names() {
  std::set<std::string> names;
  for (const auto& item : describe()) names.emplace(item.name);
  return names;
}

/// The names on the lines that start with a macro, as ".It Ic queue.maxSize", up to the next space.
std::set<std::string> names_after(const std::string& page, const std::string& macro) {
  std::set<std::string> names;
  for (auto at = page.find('\n' + macro); at != std::string::npos; at = page.find('\n' + macro, at + 1)) {
    const auto begin = at + 1 + macro.size();
    names.insert(page.substr(begin, page.find_first_of(" \n", begin) - begin));
  }
  return names;
}

}  // namespace

TEST_CASE("the example file holds every key and no other, each with its default") {
  const auto path = in_tree("config/eventmgrd.yaml");

  std::set<std::string> names;
  collect_names(read_yaml(read_text_file(path)).root, "", names);
  CHECK(names == all_names());

  const auto read = load({path, {}, {}});
  REQUIRE(lines(read.errors) == strings{});
  CHECK(read.warnings.empty());
  const settings defaults;
  for (const auto& item : describe()) {
    CAPTURE(item.name);
    CHECK(item.get(read.values) == item.get(defaults));
  }
}

TEST_CASE("the manual describes every key and no other") {
  const auto page = read_text_file(in_tree("man/eventmgrd.yaml.5"));
  CHECK(names_after(page, ".It Ic ") == all_names());
}

TEST_CASE("the manual gives each key's default and range") {
  const auto page = read_text_file(in_tree("man/eventmgrd.yaml.5"));
  const settings defaults;
  for (const auto& item : describe()) {
    CAPTURE(item.name);
    const auto begin = page.find("\n.It Ic " + std::string{item.name} + ' ');
    REQUIRE(begin != std::string::npos);
    auto entry = page.substr(begin, page.find("\n.It", begin + 1) - begin);
    std::replace(entry.begin(), entry.end(), '\n', ' ');
    const auto standard = item.get(defaults);
    if (item.kind == value_kind::whole_number) {
      CHECK(entry.find("default " + std::to_string(std::get<std::uint64_t>(standard))) != std::string::npos);
      CHECK(entry.find(format_range(item)) != std::string::npos);
    } else if (item.kind == value_kind::size) {
      CHECK(entry.find("default " + format_size(std::get<std::uint64_t>(standard))) != std::string::npos);
      CHECK(entry.find(format_range(item)) != std::string::npos);
    } else if (item.kind == value_kind::duration) {
      const auto length = std::get<std::chrono::milliseconds>(standard);
      CHECK(entry.find("default " + format_duration(length)) != std::string::npos);
      CHECK(entry.find(format_range(item)) != std::string::npos);
    }
  }
}

TEST_CASE("the completions of --set offer every key") {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    auto text = read_text_file(in_tree(std::string{"completions/eventmgrd."} + shell));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '=' || c == '\''; }, ' ');
    for (const auto& item : describe()) {
      CAPTURE(shell, item.name);
      CHECK(text.find(' ' + std::string{item.name} + ' ') != std::string::npos);
    }
  }
}
