#include "delivery_fixture.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <optional>

namespace eventmgr::test {
namespace {

using seqs = std::vector<std::uint64_t>;
using namespace std::chrono_literals;

/// A client that acknowledges when the test says so.
class recording_consumer final : public consumer_sink {
 public:
  void attached(const subscription_info& info, const position& /*settled*/) override {
    generations.push_back(info.generation);
  }
  bool offer(std::span<const leased_event> events) override {
    for (const leased_event& each : events) {
      got.push_back(each.event.record->seq.value);
      leases.push_back(each.ack_id);
    }
    return true;
  }
  void ended(const failure& why) override { end = why; }

  std::vector<std::uint32_t> generations{};
  seqs got{};
  std::vector<std::string> leases{};
  std::optional<failure> end{};
};

struct consumer_fixture : delivery_fixture {
  std::shared_ptr<recording_consumer> client{std::make_shared<recording_consumer>()};
  std::unique_ptr<consumer_handle> handle{};

  void attach(bool follow) {
    subscription_definition made{.name = "s"};
    made.channel = channel_kind::stream;
    made.topics.push_back(pattern("a"));
    made.options.max_concurrency = 10;
    handle = subject->subscriptions().attach({.definition = made, .follow = follow}, client);
    settle();
  }
  void acknowledge(const std::vector<std::string>& which) {
    std::vector<lease_result> results;
    for (const std::string& each : which) results.push_back({.ack_id = each});
    handle->acknowledge(std::move(results));
    settle();
  }
  void batch(std::uint32_t size) {
    std::optional<result<subscription_info>> changed;
    subject->subscriptions().update(
        "s",
        [&](subscription_definition definition) -> result<subscription_definition> {
          definition.options.batch_size = size;
          return definition;
        },
        into(changed));
    settle();
    changed.value().value();
  }
  ~consumer_fixture() {
    handle.reset();
    settle();
  }
};

TEST_CASE("a client that follows its subscription is attached again after a seek and a change") {
  consumer_fixture f;
  f.attach(true);
  f.publish("a", 2);
  f.seek("s", offset{1});
  CHECK(f.client->generations == std::vector<std::uint32_t>{1, 2});
  CHECK(f.client->got == seqs{1, 2, 1, 2});

  f.batch(7);
  f.publish("a");
  CHECK(f.client->generations == std::vector<std::uint32_t>{1, 2, 2});
  CHECK(f.client->got.back() == 3);
  CHECK_FALSE(f.client->end);

  f.acknowledge(std::vector<std::string>(f.client->leases.end() - 3, f.client->leases.end()));
  CHECK(f.stats("s").acknowledged == 3);
}

TEST_CASE("a client that does not follow is told to attach again after a seek, and means nothing to who comes next") {
  consumer_fixture f;
  f.attach(false);
  f.publish("a");
  f.seek("s", offset{1});
  REQUIRE(f.client->end);
  CHECK(f.client->end->code == errc::conflict);
  CHECK(f.client->end->message == "the subscription was moved: attach again");

  f.client = std::make_shared<recording_consumer>();
  f.attach(false);
  CHECK(f.client->got == seqs{1});
  f.batch(7);
  REQUIRE(f.client->end);
  f.client = std::make_shared<recording_consumer>();
  auto old = std::move(f.handle);
  f.attach(false);
  old.reset();
  f.settle();
  f.publish("a");
  CHECK(f.client->got == seqs{1, 2});
  CHECK(f.stats("s").consumers == 1);
}

TEST_CASE("a client that has let go is not attached again") {
  consumer_fixture f;
  f.attach(true);
  f.publish("a");
  f.subject->subscriptions().seek("s", offset{1}, [](const auto&) {});
  f.handle.reset();
  f.settle();
  CHECK(f.stats("s").consumers == 0);
}

TEST_CASE("a client that follows a subscription is told when that is deleted") {
  consumer_fixture f;
  f.attach(true);
  f.subject->subscriptions().remove("s", [](const auto&) {});
  f.settle();
  REQUIRE(f.client->end);
  CHECK(f.client->end->code == errc::not_found);
}

}  // namespace
}  // namespace eventmgr::test
