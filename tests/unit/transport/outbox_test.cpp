#include "transport/common/outbox.hpp"

#include <catch2/catch.hpp>

#include <string>

using eventmgr::transport::outbox;

namespace {

struct counted_outbox {
  int wakes{0};
  int drains{0};
  outbox box;

  explicit counted_outbox(std::size_t capacity) : box{capacity, [this] { ++wakes; }, [this] { ++drains; }} {}
};

}  // namespace

TEST_CASE("an outbox gives everything that waits in one piece, in order") {
  counted_outbox out{100};
  std::string bytes;

  REQUIRE(out.box.try_append({"a", "bc"}));
  REQUIRE(out.box.try_append({"d"}));
  out.box.append("e");

  CHECK(out.box.take(bytes));
  CHECK(bytes == "abcde");
  CHECK_FALSE(out.box.take(bytes));
  CHECK(bytes.empty());
}

TEST_CASE("an outbox wakes the connection once until it has been found empty") {
  counted_outbox out{100};
  std::string bytes;

  out.box.append("a");
  out.box.append("b");
  CHECK(out.wakes == 1);

  SECTION("bytes that arrive while a write runs need no second wake: the writer looks again") {
    CHECK(out.box.take(bytes));
    out.box.append("c");
    CHECK(out.wakes == 1);
    CHECK(out.box.take(bytes));
    CHECK(bytes == "c");
  }
  SECTION("after an empty take the next append wakes again") {
    CHECK(out.box.take(bytes));
    CHECK_FALSE(out.box.take(bytes));
    out.box.append("c");
    CHECK(out.wakes == 2);
  }
}

TEST_CASE("an outbox refuses what does not fit, and says when there is room again") {
  counted_outbox out{4};
  std::string bytes;

  REQUIRE(out.box.try_append({"abc"}));
  CHECK_FALSE(out.box.try_append({"d", "e"}));
  CHECK(out.box.try_append({"f"}));
  CHECK(out.drains == 0);

  CHECK(out.box.take(bytes));
  CHECK(bytes == "abcf");
  CHECK(out.drains == 1);
  CHECK_FALSE(out.box.take(bytes));
  CHECK(out.drains == 1);
}

TEST_CASE("an empty outbox takes one item larger than its bound") {
  counted_outbox out{4};
  std::string bytes;

  CHECK(out.box.try_append({"abcdefgh"}));
  CHECK_FALSE(out.box.try_append({"i"}));
  CHECK(out.box.take(bytes));
  CHECK(bytes == "abcdefgh");
}

TEST_CASE("control messages pass a full outbox") {
  counted_outbox out{2};
  std::string bytes;

  REQUIRE(out.box.try_append({"ab"}));
  out.box.append("pong");

  CHECK(out.box.take(bytes));
  CHECK(bytes == "abpong");
}

TEST_CASE("a closed outbox gives what it holds and refuses the rest") {
  counted_outbox out{100};
  std::string bytes;
  out.box.append("a");

  out.box.close();

  CHECK_FALSE(out.box.try_append({"b"}));
  out.box.append("c");
  CHECK(out.box.take(bytes));
  CHECK(bytes == "a");
  CHECK(out.drains == 0);
}

TEST_CASE("a wake that flushes at once does not deadlock") {
  std::string taken;
  std::string bytes;
  outbox* self = nullptr;
  outbox box{10,
             [&] {
               while (self->take(bytes)) taken += bytes;
             },
             [] {}};
  self = &box;

  box.append("x");
  CHECK(box.try_append({"y"}));

  CHECK(taken == "xy");
}
