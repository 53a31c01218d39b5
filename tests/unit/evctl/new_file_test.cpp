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

std::string text_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write(const std::string& path) {
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
    CHECK(text_of(path) == "old\n");
  }
  CHECK(text_of(path) == "old\n");
  write(path);
  CHECK(text_of(path) == "new\n");
  CHECK(std::distance(std::filesystem::directory_iterator{home.path()}, {}) == 1);
}

TEST_CASE("what is no file is written to, and stays what it is") {
  const temp_dir home;
  const auto target = home.write("target", "old\n");
  const auto link = home.file("link");
  std::filesystem::create_symlink(target, link);
  write(link);
  CHECK(std::filesystem::is_symlink(link));
  CHECK(text_of(target) == "new\n");

  const auto device = home.file("device");
  std::filesystem::create_symlink("/dev/null", device);
  write(device);
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
