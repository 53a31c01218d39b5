#include "delivery/common/settlement_box.hpp"

#include "delivery/common/mailbox.hpp"
#include "support/fakes.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::delivery;

namespace {

/// Notes how many results came at a time; 0 stands for `ready`.
class recorder final : public settlement_target {
 public:
  void settled(std::span<delivery_result> results) override {
    calls.push_back(results.size());
    for (const auto& each : results) tags.push_back(each.tag);
  }
  void ready() override { calls.push_back(0); }

  std::vector<std::size_t> calls{};
  std::vector<delivery_tag> tags{};
};

std::vector<delivery_result> results_of(std::initializer_list<delivery_tag> tags) {
  std::vector<delivery_result> out;
  for (const auto tag : tags) {
    delivery_result each;
    each.tag = tag;
    out.push_back(each);
  }
  return out;
}

void run(boost::asio::io_context& io) {
  io.restart();
  io.run();
}

}  // namespace

TEST_CASE("what finishes in one turn of the I/O thread wakes the core once") {
  boost::asio::io_context io;
  test::manual_executor core;
  settlement_box box{io, core};
  const auto first = std::make_shared<recorder>();
  const auto second = std::make_shared<recorder>();
  auto a = results_of({1, 2});
  auto b = results_of({3});
  auto c = results_of({4});

  box.put(first, a);
  box.put(second, b);
  box.put_ready(second);
  box.put(first, c);
  CHECK(core.waiting() == 0);
  run(io);
  CHECK(core.waiting() == 1);
  run_all(core);

  CHECK(first->calls == std::vector<std::size_t>{2, 1});
  CHECK(first->tags == std::vector<delivery_tag>{1, 2, 4});
  CHECK(second->calls == std::vector<std::size_t>{1, 0});
}

TEST_CASE("results that gather while the core is busy go over with those before") {
  boost::asio::io_context io;
  test::manual_executor core;
  settlement_box box{io, core};
  const auto target = std::make_shared<recorder>();
  auto a = results_of({1});
  auto b = results_of({2});

  box.put(target, a);
  run(io);
  box.put(target, b);
  run(io);
  CHECK(core.waiting() == 1);
  run_all(core);
  CHECK(target->tags == std::vector<delivery_tag>{1, 2});

  auto c = results_of({3});
  box.put(target, c);
  run(io);
  run_all(core);
  CHECK(target->tags == std::vector<delivery_tag>{1, 2, 3});
}

TEST_CASE("a mailbox posts one turn for all that it is given until then") {
  test::manual_executor to;
  std::vector<std::vector<int>> batches;
  mailbox<int> box{to, [&](std::span<int> items) { batches.emplace_back(items.begin(), items.end()); }};

  box.put(1);
  box.put(2);
  CHECK(to.waiting() == 1);
  run_all(to);
  box.put(3);
  run_all(to);

  CHECK(batches == std::vector<std::vector<int>>{{1, 2}, {3}});
}

TEST_CASE("a mailbox that is closed, or gone, reads no more") {
  test::manual_executor to;
  int read = 0;
  {
    mailbox<int> box{to, [&](std::span<int>) { ++read; }};
    box.put(1);
  }
  run_all(to);
  CHECK(read == 0);
}
