#include "delivery/webhook/idle_pool.hpp"

#include <catch2/catch.hpp>

#include <array>

using eventmgr::delivery::idle_pool;

TEST_CASE("the connection that was used last is taken first, and only for its origin") {
  idle_pool<int> pool{{}};
  std::array<int, 3> connections{};
  pool.put("http://a:80", connections[0]);
  pool.put("http://a:80", connections[1]);
  pool.put("http://b:80", connections[2]);

  CHECK(pool.take("http://a:80") == &connections[1]);
  CHECK(pool.take("http://a:80") == &connections[0]);
  CHECK(pool.take("http://a:80") == nullptr);
  CHECK(pool.take("http://c:80") == nullptr);
  CHECK(pool.take("http://b:80") == &connections[2]);
  CHECK(pool.size() == 0);
}

TEST_CASE("a connection that has ended is not taken") {
  idle_pool<int> pool{{}};
  std::array<int, 2> connections{};
  pool.put("http://a:80", connections[0]);
  pool.put("http://a:80", connections[1]);

  pool.remove("http://a:80", connections[1]);
  pool.remove("http://a:80", connections[1]);
  pool.remove("http://b:80", connections[0]);

  CHECK(pool.size() == 1);
  CHECK(pool.take("http://a:80") == &connections[0]);
}

TEST_CASE("idle connections are bounded, for each origin and together") {
  idle_pool<int> pool{{.per_origin = 2, .total = 3}};
  std::array<int, 4> connections{};

  CHECK(pool.put("http://a:80", connections[0]));
  CHECK(pool.put("http://a:80", connections[1]));
  CHECK_FALSE(pool.put("http://a:80", connections[2]));
  CHECK(pool.put("http://b:80", connections[2]));
  CHECK_FALSE(pool.put("http://c:80", connections[3]));
  CHECK(pool.take("http://a:80") == &connections[1]);
  CHECK(pool.put("http://c:80", connections[3]));
}
