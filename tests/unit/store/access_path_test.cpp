#include "store/sqlite/access_path.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::sqlite {
namespace {

TEST_CASE("the topic index is used where the wanted topics are few among the events", "[store]") {
  struct {
    const char* what;
    search_size size;
    bool index;
  } const cases[] = {
      {"one rare topic in a million events", {1'000'000, 1'000'000, 100, 4, 100}, true},
      {"one topic without events", {1'000'000, 1'000'000, 0, 4, 100}, true},
      {"half of all events", {1'000'000, 1'000'000, 500'000, 40, 100}, false},
      {"a short stretch", {20, 1'000'000, 10, 4, 100}, false},
      {"a thousand rare topics", {1'000'000, 1'000'000, 1'000, 4'000, 100}, true},
      {"a hundred thousand topics that are one event in ten", {1'000'000, 1'000'000, 100'000, 400'000, 100}, false},
      {"an empty store", {0, 0, 0, 0, 100}, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(prefers_topic_index(c.size) == c.index);
  }
}

}  // namespace
}  // namespace eventmgr::sqlite
