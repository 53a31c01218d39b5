#include "contract/store_kinds.hpp"
#include "support/store_events.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using namespace testing;

topic_name topic(const char* name) { return topic_name::trusted(name); }

TEST_CASE("a topic is declared once and redeclared by replace", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();

  CHECK(store.declare_topic({topic("a/b"), "first"}, declare_mode::create, at_ms(10)).value());
  CHECK(store.declare_topic({topic("a/b"), "second"}, declare_mode::create, at_ms(20)).error().code == errc::conflict);
  CHECK_FALSE(store.declare_topic({topic("a/b"), "third"}, declare_mode::replace, at_ms(30)).value());
  CHECK(store.declare_topic({topic("c"), ""}, declare_mode::replace, at_ms(40)).value());

  const auto info = store.find_topic(topic("a/b"));
  REQUIRE(info);
  CHECK(info->declared);
  CHECK(info->description == "third");
  CHECK(info->declared_at == at_ms(10));
  CHECK(info->event_count == 0);
  CHECK_FALSE(info->last_event);
}

TEST_CASE("a topic that was published to may still be declared", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  commit_one(subject->store(), make.make("a"), at_ms(5));
  CHECK_FALSE(subject->store().find_topic(topic("a"))->declared);

  CHECK(subject->store().declare_topic({topic("a"), "text"}, declare_mode::create, at_ms(10)).value());

  const auto info = subject->store().find_topic(topic("a"));
  CHECK(info->declared);
  CHECK(info->event_count == 1);
  CHECK(info->last_event == at_ms(5));
}

TEST_CASE("undeclaring keeps a topic's events and forgets a topic without any", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  store.declare_topic({topic("used"), "text"}, declare_mode::create, at_ms(1)).value();
  store.declare_topic({topic("unused"), "text"}, declare_mode::create, at_ms(1)).value();
  commit_one(store, make.make("used"));

  CHECK(store.undeclare_topic(topic("used")).has_value());
  CHECK(store.undeclare_topic(topic("unused")).has_value());

  CHECK(store.undeclare_topic(topic("used")).error().code == errc::not_found);
  CHECK(store.undeclare_topic(topic("never")).error().code == errc::not_found);
  CHECK_FALSE(store.find_topic(topic("unused")));
  const auto used = store.find_topic(topic("used"));
  REQUIRE(used);
  CHECK_FALSE(used->declared);
  CHECK(used->description.empty());
  CHECK(used->event_count == 1);
  CHECK(store.list_topics("", 10).total == 1);
  CHECK(store.declare_topic({topic("unused"), "again"}, declare_mode::create, at_ms(9)).value());
  commit_one(store, make.make("unused"));
  CHECK(store.find_topic(topic("unused"))->event_count == 1);
}

TEST_CASE("a declaration that fails changes nothing", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  if (kind.name != "sqlite") {
    SUCCEED("faults of the memory store are those of commits");
    return;
  }

  subject->fail_commits();
  CHECK_THROWS_AS(subject->store().declare_topic({topic("a"), ""}, declare_mode::create, at_ms(1)), error);
  CHECK_FALSE(subject->store().find_topic(topic("a")));

  subject->heal();
  CHECK(subject->store().declare_topic({topic("a"), ""}, declare_mode::create, at_ms(1)).value());
}

TEST_CASE("topics are listed by name, page by page", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_store& store = subject->store();
  event_maker make;
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    const std::string name = "t" + std::to_string(100 + (i * 7) % 25);
    expected.push_back(name);
    if (i % 2 == 0) {
      commit_one(store, make.make(name));
    } else {
      store.declare_topic({topic_name::trusted(name), ""}, declare_mode::create, at_ms(1)).value();
    }
  }
  std::ranges::sort(expected);

  std::vector<std::string> listed;
  std::string cursor;
  do {
    const topic_page page = store.list_topics(cursor, 7);
    CHECK(page.total == 25);
    REQUIRE(page.topics.size() <= 7);
    for (const topic_info& info : page.topics) listed.push_back(info.topic.str());
    cursor = page.next_cursor;
  } while (!cursor.empty());

  CHECK(listed == expected);
}

TEST_CASE("a topic counts its events and knows the last", "[contract]") {
  const auto kind = GENERATE(from_range(store_kinds()));
  CAPTURE(kind);
  const auto subject = kind.make();
  event_maker make;
  for (int i = 1; i <= 30; ++i) {
    const auto duplicate = make.make("b");
    const std::shared_ptr<event> records[] = {make.make("a"), make.make("b"), duplicate, duplicate};
    commit(subject->store(), records, at_ms(i));
  }

  CHECK(subject->store().find_topic(topic("a"))->event_count == 30);
  CHECK(subject->store().find_topic(topic("b"))->event_count == 60);
  CHECK(subject->store().find_topic(topic("b"))->last_event == at_ms(30));
}

}  // namespace
}  // namespace eventmgr
