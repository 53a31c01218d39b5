#include "new_file.hpp"

#include "support/process.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using eventmgr::evctl::names_standard_output;
using eventmgr::evctl::new_file;
using eventmgr::testing::temp_dir;

namespace {

std::string text_at(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write_new(const std::string& path) {
  new_file file{path};
  file.line("new");
  file.commit();
}

}  // namespace

TEST_CASE("a new file takes the place of the one that was there once it is whole") {
  const temp_dir home;
  const auto path = home.write("out", "old\n");
  {
    new_file file{path};
    file.line("new");
    CHECK(text_at(path) == "old\n");
  }
  CHECK(text_at(path) == "old\n");
  write_new(path);
  CHECK(text_at(path) == "new\n");
  CHECK(std::distance(std::filesystem::directory_iterator{home.path()}, {}) == 1);
}

TEST_CASE("what is no file is written to, and stays what it is") {
  const temp_dir home;
  const auto target = home.write("target", "old\n");
  const auto link = home.file("link");
  std::filesystem::create_symlink(target, link);
  write_new(link);
  CHECK(std::filesystem::is_symlink(link));
  CHECK(text_at(target) == "new\n");

  const auto device = home.file("device");
  std::filesystem::create_symlink("/dev/null", device);
  write_new(device);
  CHECK(std::filesystem::is_character_file(device));
  CHECK(std::distance(std::filesystem::directory_iterator{home.path()}, {}) == 3);
}

TEST_CASE("a dash and /dev/stdout are standard output") {
  const temp_dir home;
  CHECK(names_standard_output("-"));
  CHECK(names_standard_output("/dev/stdout"));
  CHECK_FALSE(names_standard_output(""));
  CHECK_FALSE(names_standard_output(home.file("absent")));
  CHECK_FALSE(names_standard_output(home.write("other", "")));
}
