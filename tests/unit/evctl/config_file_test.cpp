#include "config_file.hpp"

#include "support/process.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace eventmgr;
using namespace eventmgr::evctl;

TEST_CASE("contexts come back as they were saved, for their owner's eyes") {
  const testing::temp_dir dir;
  const auto path = dir.file("deep/er/config.yaml");
  user_config config;
  config.current = "prod";
  config.contexts["prod"] = {"https://broker", "/run/token", "/etc/ca.pem"};
  config.contexts["odd: name"] = {"http://[::1]:1", "", ""};
  REQUIRE(save_config(path, config).has_value());

  const auto loaded = load_config(path);
  REQUIRE(loaded.has_value());
  CHECK(loaded->current == "prod");
  REQUIRE(loaded->contexts.size() == 2);
  CHECK(loaded->contexts.at("prod").token_file == "/run/token");
  CHECK(loaded->contexts.at("prod").ca_file == "/etc/ca.pem");
  CHECK(loaded->contexts.at("odd: name").url == "http://[::1]:1");
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777U) == 0600U);
}

TEST_CASE("no file is an empty configuration") {
  const auto loaded = load_config("/nonexistent/config.yaml");
  REQUIRE(loaded.has_value());
  CHECK(loaded->contexts.empty());
}

TEST_CASE("a wrong file is refused with the place") {
  const testing::temp_dir dir;
  struct row {
    std::string text;
    std::string place;
  };
  const std::vector<row> cases{{"current: x\ncolour: red\n", ":2:1: unknown key colour"},
                               {"contexts:\n  a: {url: x, token: y}\n", ":2:15: unknown key token"},
                               {"contexts: [a]\n", ":1:11: contexts must be a mapping"},
                               {"- a\n", ":1:1: the document must be a mapping"},
                               {"current: {a: b}\n", ":1:10: current must be text"},
                               {"current: [x\n", ":"}};
  for (const auto& [text, place] : cases) {
    CAPTURE(text);
    const auto path = dir.write("config.yaml", text);
    const auto loaded = load_config(path);
    REQUIRE(loaded.has_error());
    CHECK(loaded.error().code == errc::invalid_request);
    CAPTURE(loaded.error().message);
    CHECK(loaded.error().message.starts_with(path + place));
  }
}
