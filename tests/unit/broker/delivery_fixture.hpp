#pragma once

#include "support/broker_fixture.hpp"

#include <eventmgr/subscription.hpp>

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace eventmgr::test {

/// A broker with durable subscriptions, whose receivers are in the test's hand.
struct delivery_fixture : broker_fixture {
  using broker_fixture::broker_fixture;

  static constexpr const char* url = "https://receiver.test/hook";

  static subscription_definition webhook(std::string name, std::string_view on_pattern = "#") {
    subscription_definition made{.name = std::move(name), .endpoint = url};
    made.topics.push_back(pattern(on_pattern));
    made.options.retry.jitter = false;
    return made;
  }

  fake_receiver& receiver() { return channels.at(url); }

  template <class T>
  reply<T> into(std::optional<result<T>>& slot) {
    return [&slot](result<T> came) { slot = std::move(came); };
  }

  created_subscription create(subscription_definition definition) {
    std::optional<result<created_subscription>> made;
    subject->subscriptions().create(std::move(definition), into(made));
    settle();
    return made.value().value();
  }

  failure refusal(subscription_definition definition) {
    std::optional<result<created_subscription>> made;
    subject->subscriptions().create(std::move(definition), into(made));
    settle();
    return made.value().error();
  }

  subscription_stats stats(const std::string& name) {
    std::optional<result<subscription_stats>> found;
    subject->subscriptions().stats(name, into(found));
    settle();
    return found.value().value();
  }

  subscription_info info(const std::string& name) {
    std::optional<result<subscription_info>> found;
    subject->subscriptions().find(name, into(found));
    settle();
    return found.value().value();
  }

  void pause(const std::string& name) {
    std::optional<result<subscription_info>> done;
    subject->subscriptions().pause(name, into(done));
    settle();
    done.value().value();
  }

  void resume(const std::string& name, resume_request how = {}) {
    std::optional<result<subscription_info>> done;
    subject->subscriptions().resume(name, how, into(done));
    settle();
    done.value().value();
  }

  void seek(const std::string& name, start_point target) {
    std::optional<result<subscription_info>> done;
    subject->subscriptions().seek(name, target, into(done));
    settle();
    done.value().value();
  }

  void remove(const std::string& name) {
    std::optional<result<std::monostate>> done;
    subject->subscriptions().remove(name, into(done));
    settle();
    REQUIRE(done.value().has_value());
  }

  std::vector<dead_letter> dead_letters() {
    std::optional<result<dead_letter_page>> found;
    subject->subscriptions().query_dead_letters({}, into(found));
    settle();
    return found.value().value().dead_letters;
  }

  event_id publish_one(std::string_view on_topic, priority urgency = priority::normal) {
    auto made = make_event(on_topic);
    made->priority = urgency;
    const event_id id = made->id;
    subject->publish({std::move(made)}, [](const auto&) {});
    settle();
    return id;
  }

  /// Another run of the daemon on the same store; what was not written is lost, as with a kill.
  void crash() {
    bell.cancel();
    while (core.waiting() + writer.waiting() + readers.waiting() + queries.waiting() > 0) {
      core.drop();
      writer.drop();
      readers.drop();
      queries.drop();
    }
    restart({.ring_events = 100, .version = "test"});
    settle();
  }
};

inline delivery_result ok() { return {}; }
inline delivery_result refused(std::string why = "HTTP 400") {
  return {.outcome = delivery_result::verdict::retry, .status = 400, .error = std::move(why)};
}
inline delivery_result unreachable() {
  return {.outcome = delivery_result::verdict::retry, .endpoint_failed = true, .error = "connection refused"};
}

}  // namespace eventmgr::test
