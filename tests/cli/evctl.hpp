#pragma once

#include "support/daemon.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::testing {

/// The built evctl in an environment of its own: its configuration is empty, and no variable says where a daemon is.
class evctl {
 public:
  /// `url` empty: none is given.
  explicit evctl(std::string url = {}) : url_{std::move(url)} {}

  process_options options(const std::vector<std::string>& arguments) const;

  /// The same with a terminal for all of its streams.
  process_options on_terminal(const std::vector<std::string>& arguments) const;

  process_result run(const std::vector<std::string>& arguments, std::string_view input = {}) const {
    return testing::run(options(arguments), input);
  }
  process start(const std::vector<std::string>& arguments) const { return process{options(arguments)}; }

  const temp_dir& home() const noexcept { return home_; }

 private:
  std::string url_;
  temp_dir home_{};
};

/// The lines of a text, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// What follows `"name":` in a JSON text, up to the next comma or brace; without quotes. For scalar members.
std::string member_of(std::string_view json, std::string_view name);

/// The offsets of the events in what was printed, each with a blank behind it.
std::string offsets_in(std::string_view out);

/// So many events on a topic, as `publish --batch` reads them.
std::string batch_of(int count, const std::string& topic, const std::string& payload = "{}");

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace eventmgr::testing
