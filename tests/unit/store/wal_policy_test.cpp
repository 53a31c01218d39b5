#include "store/sqlite/wal_policy.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::sqlite {
namespace {

TEST_CASE("nothing is copied while the log is short", "[store]") {
  wal_policy policy{8000, 32000};

  CHECK(policy.committed(7999) == wal_advice::none);
  CHECK_FALSE(policy.wants_copy());
}

TEST_CASE("the other thread copies until little is left, then the writer finishes", "[store]") {
  wal_policy policy{8000, 32000};
  CHECK(policy.committed(8000) == wal_advice::none);
  CHECK(policy.wants_copy());

  CHECK(policy.committed(10000) == wal_advice::none);
  policy.copied(8000);
  CHECK(policy.wants_copy());
  CHECK(policy.committed(10100) == wal_advice::none);
  policy.copied(10000);
  CHECK_FALSE(policy.wants_copy());

  CHECK(policy.committed(10150) == wal_advice::finish);
  policy.finished(wal_advice::finish);
  CHECK(policy.committed(3) == wal_advice::none);
  CHECK_FALSE(policy.wants_copy());
  CHECK(policy.committed(8000) == wal_advice::none);
  CHECK(policy.wants_copy());
}

TEST_CASE("commits as fast as the copying leave the writer a bounded rest", "[store]") {
  wal_policy policy{8000, 32000};
  policy.committed(8000);

  policy.committed(9900);
  policy.copied(8000);
  policy.committed(11800);
  policy.copied(9900);

  CHECK_FALSE(policy.wants_copy());
  CHECK(policy.committed(11900) == wal_advice::finish);
}

TEST_CASE("a reader of an old state puts the copying off until the log has grown", "[store]") {
  wal_policy policy{8000, 32000};
  policy.committed(8000);
  policy.copied(100);
  CHECK(policy.wants_copy());
  policy.copied(100);
  CHECK_FALSE(policy.wants_copy());

  CHECK(policy.committed(8999) == wal_advice::none);
  CHECK_FALSE(policy.wants_copy());
  CHECK(policy.committed(9000) == wal_advice::none);
  CHECK(policy.wants_copy());
}

TEST_CASE("at its limit the log holds up the writer, and again only when it has grown further", "[store]") {
  wal_policy policy{8000, 32000};
  policy.committed(8000);

  CHECK(policy.committed(32000) == wal_advice::force);
  policy.finished(wal_advice::force);
  CHECK(policy.committed(32100) == wal_advice::none);
  CHECK(policy.committed(36000) == wal_advice::force);
}

TEST_CASE("only a log far beyond its limit has the writer wait for slow readers", "[store]") {
  wal_policy policy{8000, 32000};
  policy.committed(8000);

  CHECK(policy.committed(127'999) == wal_advice::force);
  policy.finished(wal_advice::force);
  CHECK(policy.committed(132'000) == wal_advice::insist);
  policy.finished(wal_advice::insist);
  CHECK(policy.committed(132'100) == wal_advice::none);
  CHECK(policy.committed(136'000) == wal_advice::insist);
  policy.finished(wal_advice::insist);

  CHECK(policy.committed(5) == wal_advice::none);
  CHECK(policy.committed(32000) == wal_advice::force);
}

TEST_CASE("a log that was not started afresh is tried again when it has grown", "[store]") {
  wal_policy policy{8000, 32000};
  policy.committed(8000);
  policy.copied(8000);
  CHECK(policy.committed(8010) == wal_advice::finish);
  policy.finished(wal_advice::finish);

  CHECK(policy.committed(8500) == wal_advice::none);
  CHECK_FALSE(policy.wants_copy());
  policy.committed(9010);
  CHECK(policy.wants_copy());
}

TEST_CASE("attempts that readers thwart do not put the limit off", "[store]") {
  wal_policy policy{8000, 32000};
  wal_advice advice = wal_advice::none;
  std::uint32_t frames = 0;
  while (advice != wal_advice::force && frames < 100'000) {
    frames += 100;
    advice = policy.committed(frames);
    if (policy.wants_copy()) policy.copied(frames - 100);
    if (advice == wal_advice::finish) policy.finished(advice);
  }

  CHECK(frames == 32000);
}

}  // namespace
}  // namespace eventmgr::sqlite
