#pragma once

#include "config/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::config {

/// A configuration file that goes away with the test. Its name in diagnostics is cut to "f.yaml".
class config_file {
 public:
  explicit config_file(std::string_view text) {
    std::string folder = (std::filesystem::temp_directory_path() / "eventmgr-config-XXXXXX").string();
    folder_ = ::mkdtemp(folder.data());
    std::ofstream{path(), std::ios::binary} << text;
  }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  ~config_file() { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "f.yaml"; }

  outcome load() const { return config::load({path(), {}, {}}); }

  /// What is wrong with the file, a line each.
  std::vector<std::string> mistakes() const { return lines(load().errors); }

  std::vector<std::string> lines(const std::vector<diagnostic>& items) const {
    std::vector<std::string> written;
    for (const auto& item : items) {
      auto line = to_string(item);
      if (line.starts_with(folder_.string())) line.erase(0, folder_.string().size() + 1);
      written.push_back(std::move(line));
    }
    return written;
  }

 private:
  std::filesystem::path folder_;
};

using strings = std::vector<std::string>;

/// The mistakes of a source without a file.
inline strings lines(const std::vector<diagnostic>& items) {
  strings written;
  std::transform(items.begin(), items.end(), std::back_inserter(written), [](const auto& i) { return to_string(i); });
  return written;
}

}  // namespace eventmgr::config
