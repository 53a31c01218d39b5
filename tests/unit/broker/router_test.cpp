#include "broker/router.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <string>

namespace eventmgr {
namespace {

class nobody final : public subscriber {
 public:
  void on_event(const shared_event&) override {}
};

topic_name topic(std::size_t number) { return topic_name::parse("t" + std::to_string(number)).value(); }

TEST_CASE("what is remembered of matches is bounded in subscribers, too") {
  router routes;
  std::deque<nobody> all(1000);
  const std::vector everything{topic_pattern::parse("#").value()};
  for (nobody& each : all) routes.add(everything, each);

  for (std::size_t i = 0; i < 3000; ++i) {
    REQUIRE(routes.match(topic(i)).size() == all.size());
    REQUIRE(routes.remembered() * all.size() <= 1U << 20U);
  }
  CHECK(routes.remembered() > 0);
}

TEST_CASE("a count of subscribers is remembered by nobody") {
  router routes;
  nobody someone;
  const auto key = routes.add(std::vector{topic_pattern::parse("t1").value()}, someone);

  CHECK(routes.count(topic(1)) == 1);
  CHECK(routes.count(topic(2)) == 0);
  CHECK(routes.remembered() == 0);
  routes.remove(key);
  CHECK(routes.count(topic(1)) == 0);
}

}  // namespace
}  // namespace eventmgr
