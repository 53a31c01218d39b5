#include "input.hpp"

#include "support/process.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <system_error>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::evctl;

namespace {

struct reading {
  std::vector<std::string> lines{};
  line_reader::status end{};
};

reading read_all(const std::string& content, std::size_t longest) {
  const testing::temp_dir dir;
  client::interrupt stop;
  line_reader reader{dir.write("input", content), stop, longest};
  reading result;
  std::string_view line;
  while ((result.end = reader.next(line)) == line_reader::status::line) result.lines.emplace_back(line);
  CHECK(reader.line_number() == result.lines.size() + (result.end == line_reader::status::too_long ? 1 : 0));
  return result;
}

}  // namespace

TEST_CASE("a file is read line by line") {
  struct row {
    std::string content;
    std::vector<std::string> lines;
  };
  const std::vector<row> cases{
      {"", {}}, {"a", {"a"}}, {"a\n", {"a"}}, {"a\n\nb\r\nc", {"a", "", "b", "c"}}, {"\n", {""}}};
  for (const auto& [content, lines] : cases) {
    const auto read = read_all(content, 100);
    CHECK(read.lines == lines);
    CHECK(read.end == line_reader::status::end);
  }
}

TEST_CASE("lines longer than the reader's blocks are whole") {
  const std::string longer(1'000'000, 'x');
  const auto read = read_all("a\n" + longer + "\nb\n", 2'000'000);
  REQUIRE(read.lines.size() == 3);
  CHECK(read.lines[1] == longer);
  CHECK(read.lines[2] == "b");
}

TEST_CASE("a line that does not fit ends the reading") {
  const auto read = read_all("a\nlonger than ten\nb\n", 10);
  CHECK(read.lines == std::vector<std::string>{"a"});
  CHECK(read.end == line_reader::status::too_long);
  const auto endless = read_all(std::string(3'000'000, 'x'), 1'000'000);
  CHECK(endless.end == line_reader::status::too_long);
}

TEST_CASE("an interrupt ends the reading as the end of the file does") {
  const testing::temp_dir dir;
  client::interrupt stop;
  line_reader reader{dir.write("input", "a\n"), stop, 100};
  stop.raise();
  std::string_view line;
  CHECK(reader.next(line) == line_reader::status::end);
}

TEST_CASE("a file that is not there cannot be read") {
  client::interrupt stop;
  CHECK_THROWS_AS((line_reader{"/nonexistent", stop, 100}), std::system_error);
}

TEST_CASE("an argument is itself or the content of a file") {
  const testing::temp_dir dir;
  client::interrupt stop;
  CHECK(read_argument("{}", stop).value() == "{}");
  CHECK(read_argument("@" + dir.write("data.json", "{\n}"), stop).value() == "{\n}\n");
  const auto absent = read_argument("@/nonexistent", stop);
  REQUIRE(absent.has_error());
  CHECK(absent.error().code == errc::invalid_request);
}
