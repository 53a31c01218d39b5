#include "config_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace eventmgr::evctl {
namespace {

constexpr std::uintmax_t max_config_bytes = 1U << 20U;

/// Thrown inside this file to say where a document is wrong.
struct misplaced {
  YAML::Mark at;
  std::string why;
};

const YAML::Node& expect_mapping(const YAML::Node& node, const std::string& what) {
  if (!node.IsMap()) throw misplaced{node.Mark(), what + " must be a mapping"};
  return node;
}

std::string text_of(const YAML::Node& node, const std::string& name) {
  if (!node.IsScalar()) throw misplaced{node.Mark(), name + " must be text"};
  return node.Scalar();
}

context read_context(const YAML::Node& node, const std::string& name) {
  context result;
  for (const auto& entry : expect_mapping(node, "context " + name)) {
    const auto key = text_of(entry.first, "a key");
    if (key == "url")
      result.url = text_of(entry.second, key);
    else if (key == "tokenFile")
      result.token_file = text_of(entry.second, key);
    else if (key == "caFile")
      result.ca_file = text_of(entry.second, key);
    else
      throw misplaced{entry.first.Mark(), "unknown key " + key};
  }
  return result;
}

user_config read_config(const YAML::Node& root) {
  user_config config;
  if (root.IsNull()) return config;
  for (const auto& entry : expect_mapping(root, "the document")) {
    const auto key = text_of(entry.first, "a key");
    if (key == "current") {
      config.current = text_of(entry.second, key);
    } else if (key == "contexts") {
      if (entry.second.IsNull()) continue;
      for (const auto& item : expect_mapping(entry.second, key)) {
        const auto name = text_of(item.first, "a context's name");
        config.contexts[name] = read_context(item.second, name);
      }
    } else {
      throw misplaced{entry.first.Mark(), "unknown key " + key};
    }
  }
  return config;
}

failure invalid(const std::string& path, const YAML::Mark& at, const std::string& why) {
  return failure{errc::invalid_request,
                 path + ":" + std::to_string(at.line + 1) + ":" + std::to_string(at.column + 1) + ": " + why};
}

failure system_failure(const std::string& what, int code) {
  return failure{errc::internal, what + ": " + std::generic_category().message(code)};
}

std::string write_config(const user_config& config) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  if (!config.current.empty()) out << YAML::Key << "current" << YAML::Value << config.current;
  out << YAML::Key << "contexts" << YAML::Value << YAML::BeginMap;
  for (const auto& [name, item] : config.contexts) {
    out << YAML::Key << name << YAML::Value << YAML::BeginMap;
    out << YAML::Key << "url" << YAML::Value << item.url;
    if (!item.token_file.empty()) out << YAML::Key << "tokenFile" << YAML::Value << item.token_file;
    if (!item.ca_file.empty()) out << YAML::Key << "caFile" << YAML::Value << item.ca_file;
    out << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string{out.c_str()} + "\n";
}

}  // namespace

std::string config_path() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
    return std::string{value != nullptr ? value : ""};
  };
  auto base = variable("XDG_CONFIG_HOME");
  if (base.empty()) base = variable("HOME") + "/.config";
  return base + "/evctl/config.yaml";
}

result<user_config> load_config(const std::string& path) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(path, absent);
  if (absent) return user_config{};
  if (size > max_config_bytes) return failure{errc::invalid_request, path + " is larger than 1 MiB"};
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return failure{errc::invalid_request, "cannot read " + path};
  try {
    return read_config(YAML::Load(text.str()));
  } catch (const misplaced& fault) {
    return invalid(path, fault.at, fault.why);
  } catch (const YAML::Exception& fault) {
    return invalid(path, fault.mark, fault.msg);
  }
}

result<void> save_config(const std::string& path, const user_config& config) {
  const auto directory = std::filesystem::path{path}.parent_path();
  std::error_code refused;
  std::filesystem::create_directories(directory, refused);
  if (refused) return failure{errc::internal, "cannot create " + directory.string() + ": " + refused.message()};

  const auto text = write_config(config);
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return system_failure("cannot write " + path, errno);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  const int why = errno;
  ::close(file);
  if (written) return {};
  ::unlink(temporary.c_str());
  return system_failure("cannot write " + path, why);
}

}  // namespace eventmgr::evctl
