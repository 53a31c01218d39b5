#include "failure_text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::evctl;

TEST_CASE("a mistake that is the only one is told once, with its place") {
  using lines = std::vector<std::string>;
  CHECK(lines_of({errc::not_found, "no event x"}) == lines{"no event x"});
  CHECK(lines_of({errc::invalid_event,
                  "the event is not valid: /source must be 1 to 255 bytes",
                  {{"/source", "must be 1 to 255 bytes"}}}) ==
        lines{"the event is not valid: /source must be 1 to 255 bytes"});
  CHECK(lines_of({errc::invalid_request,
                  "query parameter limit must be a whole number from 1 to 1000",
                  {{"/limit", "must be a whole number from 1 to 1000"}}}) ==
        lines{"query parameter limit must be a whole number from 1 to 1000"});
  CHECK(lines_of({errc::invalid_request, "it must be an object", {{"", "must be an object"}}}) ==
        lines{"it must be an object"});
  CHECK(lines_of({errc::conflict, "the channel cannot be changed", {{"/options", "cannot be changed"}}}) ==
        lines{"the channel cannot be changed (/options)"});
}

TEST_CASE("a place that the message does not tell has a line of its own, and so has each of several mistakes") {
  using lines = std::vector<std::string>;
  CHECK(lines_of({errc::invalid_request, "the replay cannot be made", {{"/to", "must not be before from"}}}) ==
        lines{"the replay cannot be made", "  /to: must not be before from"});
  CHECK(lines_of({errc::invalid_event,
                  "the event is not valid: /topic must be UTF-8 (and 1 more)",
                  {{"/topic", "must be UTF-8"}, {"", "must be an object"}}}) ==
        lines{"the event is not valid: /topic must be UTF-8 (and 1 more)", "  /topic: must be UTF-8",
              "  must be an object"});
}
