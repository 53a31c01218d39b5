#include "evctl.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

// The program, its manual and its completions name the same commands and options.

using eventmgr::testing::evctl;
using eventmgr::testing::lines_of;
using eventmgr::testing::process_options;

namespace {

using option_set = std::set<std::string>;
using command_options = std::map<std::string, option_set>;

std::string read_tree_file(const std::string& path) {
  std::ifstream file{std::string{EVENTMGR_SOURCE_DIR} + "/" + path};
  std::ostringstream text;
  text << file.rdbuf();
  REQUIRE(file);
  return text.str();
}

option_set words_of(const std::string& text) {
  std::istringstream stream{text};
  option_set words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

/// The options of each command, as the program itself says; "evctl" stands for those that every command takes.
const command_options& program_options() {
  static const command_options all = [] {
    command_options result;
    for (const auto& line : lines_of(evctl{}.run({"__commands"}).out)) {
      const auto split = std::min(line.find(" -"), line.size());
      auto& options = result[line.substr(0, split)];
      options = words_of(line.substr(split));
      if (line.substr(0, split) != "evctl") {
        options.erase("--help");
        options.erase("-h");
      }
    }
    return result;
  }();
  return all;
}

option_set shared_options(const std::string& one, const std::string& other) {
  option_set shared;
  for (const auto& option : program_options().at(one)) {
    if (program_options().at(other).contains(option)) shared.insert(option);
  }
  return shared;
}

std::vector<std::string> subcommands_of(const std::string& parent) {
  std::vector<std::string> names;
  const auto prefix = parent == "evctl" ? std::string{} : parent + " ";
  for (const auto& [path, options] : program_options()) {
    if (path == "evctl" || !path.starts_with(prefix) || path.size() == prefix.size()) continue;
    if (path.find(' ', prefix.size()) == std::string::npos) names.push_back(path.substr(prefix.size()));
  }
  return names;
}

/// Words as a shell reads them: apart by blanks, or in single quotes.
std::vector<std::string> shell_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
    const bool quoted = text[at] == '\'';
    const auto begin = quoted ? at + 1 : at;
    const auto end = std::min(text.find(quoted ? '\'' : ' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    at = quoted ? end + 1 : end;
  }
  return words;
}

/// What bash offers after the words given, the last of which is being typed.
option_set bash_offers(const std::string& words, const std::string& current) {
  process_options bash;
  bash.command = {
      "/bin/bash", "-c",
      "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _evctl; printf '%s\\n' \"${COMPREPLY[@]}\"",
      "bash", std::string{EVENTMGR_SOURCE_DIR} + "/completions/evctl.bash"};
  for (const auto& word : lines_of([&] {
         auto text = words;
         std::ranges::replace(text, ' ', '\n');
         return text;
       }())) {
    bash.command.push_back(word);
  }
  bash.command.push_back(current);
  return words_of(eventmgr::testing::run(bash).out);
}

}  // namespace

TEST_CASE("bash offers the options of each command, and its subcommands") {
  for (const auto& [path, own] : program_options()) {
    CAPTURE(path);
    auto expected = own;
    for (const auto& option : program_options().at("evctl")) expected.insert(option);
    CHECK(bash_offers(path == "evctl" ? path : "evctl " + path, "-") == expected);
    const auto names = subcommands_of(path);
    if (!names.empty()) {
      CHECK(bash_offers(path == "evctl" ? path : "evctl " + path, "") == option_set(names.begin(), names.end()));
    }
  }
  CHECK(bash_offers("evctl --url http://x topics", "") == bash_offers("evctl topics", ""));
}

TEST_CASE("fish offers the options of each command") {
  const auto text = read_tree_file("completions/evctl.fish");
  command_options offered;
  for (const auto& [path, options] : program_options()) offered[path];
  const auto add = [&](const std::string& path, const std::string& line) {
    REQUIRE(offered.contains(path));
    std::istringstream stream{line};
    for (std::string word, value; stream >> word;) {
      if (word == "-l" && stream >> value) offered[path].insert("--" + value);
      if (word == "-s" && stream >> value) offered[path].insert("-" + value);
    }
  };
  // In a loop over commands a line is of each of them.
  std::vector<std::string> looped;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with("for command in ")) looped = shell_words(line.substr(std::string{"for command in "}.size()));
    if (line == "end") looped.clear();
    if (line.find("complete -c evctl") == std::string::npos) continue;
    const auto at = line.find("-n '__evctl_at ");
    if (!looped.empty()) {
      for (const auto& path : looped) {
        // One that only completes arguments may name a subcommand alone.
        if (line.find(" -l ") != std::string::npos) add(path, line);
      }
    } else if (at != std::string::npos) {
      const auto begin = at + std::string{"-n '__evctl_at "}.size();
      const auto path = line.substr(begin, line.find_first_of("';", begin) - begin);
      add(path, line);
    } else if (line.find("-n ") == std::string::npos) {
      add("evctl", line);
    }
  }
  CHECK(offered == program_options());
}

TEST_CASE("zsh offers the options of each command") {
  const auto text = read_tree_file("completions/evctl.zsh");
  const auto part = [&](const std::string& from, const std::string& to) {
    const auto begin = text.find(from);
    REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find(to, begin) - begin);
  };
  const auto options_in = [](const std::string& section) {
    option_set found;
    for (std::size_t at = 0; (at = section.find("--", at)) != std::string::npos; ++at) {
      const auto end = section.find_first_not_of("-abcdefghijklmnopqrstuvwxyz", at);
      // In "(--all)--limit[...]" the first only excludes.
      if (end != std::string::npos && (section[end] == '[' || section[end] == '}'))
        found.insert(section.substr(at, end - at));
    }
    return found;
  };
  command_options shared;
  for (const std::string function :
       {"_evctl_filters", "_evctl_definition", "_evctl_dead_letters", "_evctl_recording", "_evctl_playing"}) {
    shared[function] = options_in(part(function + "() {", "\n}"));
  }
  for (const auto& [path, own] : program_options()) {
    if (path == "evctl" || own.empty()) continue;
    CAPTURE(path);
    auto label = "(" + path + ")\n";
    for (auto space = label.find(' '); space != std::string::npos; space = label.find(' ', space + 2)) {
      label.insert(space, "\\");
    }
    const auto section = part(label, ";;");
    auto offered = options_in(section);
    for (const auto& [function, options] : shared) {
      if (section.find(function) != std::string::npos) offered.insert(options.begin(), options.end());
    }
    auto long_options = own;
    std::erase_if(long_options, [](const std::string& option) { return !option.starts_with("--"); });
    CHECK(offered == long_options);
  }
  auto global = options_in(part("global=(", "\n  )"));
  global.insert({"-h", "-o"});
  CHECK(global == program_options().at("evctl"));
}

TEST_CASE("the manual describes every command and option, and no other") {
  const auto manual = read_tree_file("man/evctl.1");
  command_options described;
  std::string section{"evctl"};
  for (const auto& line : lines_of(manual)) {
    if (line == ".Sh ADDRESSES") break;
    if (line.starts_with(".Ss ")) {
      section.clear();
      std::istringstream words{line.substr(4)};
      for (std::string word; words >> word && word != "Ar" && word != "Op" && word != "Fl";)
        section += (section.empty() ? "" : " ") + word;
      described[section];
    }
    if (line == ".Ic events list ,") described[section] = program_options().at("topics events");
    if (line == ".Ic dlq list ,") described[section] = shared_options("dlq list", section);
    if (line == ".Ic events record ,") described[section] = program_options().at("events record");
    if (line == ".Ic events play ,") described[section] = program_options().at("events play");
    if (line == ".Ic subscriptions create ,") described[section] = shared_options("subscriptions create", section);
    if (!line.starts_with(".It ")) continue;
    // ".It Fl \-help , h" and ".It Fl \-since Ar time , Fl \-until Ar time".
    bool after_flag = false;
    for (std::istringstream words{line.substr(4)}; words;) {
      std::string word;
      words >> word;
      if (word == "Fl")
        after_flag = true;
      else if (word == "Ar" || word == "Cm" || word.empty())
        after_flag = false;
      else if (after_flag && word != ",")
        described[section].insert(word.starts_with("\\-") ? "--" + word.substr(2) : "-" + word);
    }
  }
  auto expected = program_options();
  for (const std::string group : {"topics", "events", "subscriptions", "dlq", "dlq plans", "config"})
    expected.erase(group);
  for (const auto& [path, options] : expected) {
    CAPTURE(path);
    CHECK(described[path] == options);
  }
  CHECK(described.size() == expected.size());
}
