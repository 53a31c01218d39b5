#include "delivery/webhook/delivery_budget.hpp"

#include "support/fakes.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace eventmgr;
using delivery::delivery_budget;

namespace {

struct counter final : delivery_budget::waiter {
  void room_made() override { ++told; }
  int told{0};
};

}  // namespace

TEST_CASE("those who found no room are told once there is some, in a turn of their own") {
  test::manual_executor core;
  const auto budget = std::make_shared<delivery_budget>(core, 2);
  const auto waiting = std::make_shared<counter>();
  auto gone = std::make_shared<counter>();
  budget->take();
  budget->take();
  CHECK(budget->room(0) == 0);
  budget->wait(waiting);
  budget->wait(gone);
  gone.reset();

  budget->give_back(1);
  budget->give_back(1);
  CHECK(waiting->told == 0);
  CHECK(core.waiting() == 1);
  run_all(core);

  CHECK(waiting->told == 1);
  CHECK(budget->room(0) == 1);
  budget->take();
  budget->give_back(1);
  CHECK(core.waiting() == 0);
}

TEST_CASE("room that is taken again before its turn leaves the others waiting") {
  test::manual_executor core;
  const auto budget = std::make_shared<delivery_budget>(core, 1);
  const auto waiting = std::make_shared<counter>();
  budget->take();
  budget->wait(waiting);

  budget->give_back(1);
  budget->take();
  run_all(core);
  CHECK(waiting->told == 0);

  budget->give_back(1);
  run_all(core);
  CHECK(waiting->told == 1);
}

TEST_CASE("whoever holds much leaves room for others") {
  test::manual_executor core;
  const auto budget = std::make_shared<delivery_budget>(core, 1024);
  const auto fill = [&] {
    std::size_t held = 0;
    while (budget->room(held) > 0) {
      budget->take();
      ++held;
    }
    return held;
  };
  CHECK(fill() == 512);
  CHECK(fill() == 256);
  CHECK(fill() == 128);
  CHECK(budget->room(0) == 64);
}
