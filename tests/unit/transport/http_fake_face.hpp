#pragma once

#include "broker/delivery/subscription_face.hpp"
#include "broker/proof/proof_face.hpp"
#include "http_fake_redeliveries.hpp"
#include "http_recorded_exchange.hpp"
#include "support/fakes.hpp"
#include "transport/http/router.hpp"
#include "transport/http/routes.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {

inline subscription_id make_subscription_id(std::uint8_t number) {
  std::array<std::uint8_t, 10> random{};
  random[9] = number;
  return {make_uuid_v7(1'767'312'000'000, random)};
}

/// Keeps definitions and notes what else is asked of it. Fails every call with `refusal`, once that is set.
class fake_face final : public subscription_face {
 public:
  struct attempts_call {
    std::optional<event_id> event;
    std::string cursor;
    std::uint32_t limit;
  };
  struct pull_call {
    subscription_ref which;
    std::uint32_t max;
    std::chrono::milliseconds wait;
    std::shared_ptr<std::atomic<bool>> cancelled;
    reply<std::vector<leased_event>> done;
  };

  std::optional<failure> refusal{};
  std::vector<subscription_info> kept{};
  std::vector<topic_name> hints{};

  std::optional<resume_request> resumed{};
  std::optional<start_point> sought{};
  std::optional<attempts_call> attempts_asked{};
  std::vector<pull_call> pulls{};
  std::vector<lease_result> acknowledged{};
  std::optional<dead_letter_query> letters_asked{};
  std::string next_letters{};
  std::pair<std::string, std::uint32_t> list_asked{};

  delivery_attempt attempt{};
  subscription_stats figures{};
  ack_summary summary{};
  std::vector<dead_letter> letters{};

  void check(subscription_definition, reply<std::monostate>) override {}

  void create(subscription_definition definition, reply<created_subscription> done) override {
    if (refusal) return done(*refusal);
    subscription_info* const found = find_by(definition.name);
    if (found != nullptr) {
      found->definition = std::move(definition);
      return done(created_subscription{.info = *found, .created = false, .hints = hints});
    }
    subscription_info made{.id = make_subscription_id(static_cast<std::uint8_t>(kept.size() + 1)),
                           .definition = std::move(definition)};
    if (made.definition.name.empty()) made.definition.name = to_string(made.id);
    kept.push_back(made);
    done(created_subscription{.info = std::move(made), .created = true, .hints = hints});
  }

  void update(subscription_ref which, definition_change change, reply<subscription_info> done) override {
    subscription_info* const found = find_or_fail(which, done);
    if (found == nullptr) return;
    auto changed = change(found->definition);
    if (changed.has_error()) return done(changed.error());
    found->definition = std::move(*changed);
    done(*found);
  }

  void list(std::string cursor, std::uint32_t limit, reply<subscription_page> done) override {
    list_asked = {std::move(cursor), limit};
    if (refusal) return done(*refusal);
    done(subscription_page{.subscriptions = kept, .total = kept.size(), .next_cursor = "next"});
  }

  void find(subscription_ref which, reply<subscription_info> done) override {
    if (const auto* found = find_or_fail(which, done)) done(*found);
  }

  void remove(subscription_ref which, reply<std::monostate> done) override {
    const subscription_info* const found = find_or_fail(which, done);
    if (found == nullptr) return;
    std::erase_if(kept, [id = found->id](const subscription_info& one) { return one.id == id; });
    done(std::monostate{});
  }

  void pause(subscription_ref which, reply<subscription_info> done) override {
    subscription_info* const found = find_or_fail(which, done);
    if (found == nullptr) return;
    found->status = subscription_status::paused;
    done(*found);
  }

  void resume(subscription_ref which, resume_request how, reply<subscription_info> done) override {
    subscription_info* const found = find_or_fail(which, done);
    if (found == nullptr) return;
    resumed = how;
    found->status = subscription_status::active;
    done(*found);
  }

  void seek(subscription_ref which, start_point target, reply<subscription_info> done) override {
    subscription_info* const found = find_or_fail(which, done);
    if (found == nullptr) return;
    sought = std::move(target);
    ++found->generation;
    done(*found);
  }

  void test(subscription_ref which, reply<delivery_attempt> done) override {
    if (find_or_fail(which, done) != nullptr) done(attempt);
  }

  void stats(subscription_ref which, reply<subscription_stats> done) override {
    if (find_or_fail(which, done) != nullptr) done(figures);
  }

  void attempts(subscription_ref which, std::optional<event_id> event, std::string cursor, std::uint32_t limit,
                reply<attempt_page> done) override {
    if (find_or_fail(which, done) == nullptr) return;
    attempts_asked = {.event = event, .cursor = std::move(cursor), .limit = limit};
    done(attempt_page{.attempts = {attempt}, .next_cursor = ""});
  }

  std::unique_ptr<consumer_handle> attach(attach_request, std::shared_ptr<consumer_sink>) override {
    throw std::logic_error{"HTTP attaches nobody"};
  }

  void pull(subscription_ref which, std::uint32_t max, std::chrono::milliseconds wait,
            std::shared_ptr<std::atomic<bool>> cancelled, reply<std::vector<leased_event>> done) override {
    if (find_or_fail(which, done) == nullptr) return;
    pulls.push_back({.which = std::move(which),
                     .max = max,
                     .wait = wait,
                     .cancelled = std::move(cancelled),
                     .done = std::move(done)});
  }

  void acknowledge(subscription_ref which, std::vector<lease_result> results, reply<ack_summary> done) override {
    if (find_or_fail(which, done) == nullptr) return;
    acknowledged = std::move(results);
    done(summary);
  }

  void query_dead_letters(dead_letter_query query, reply<dead_letter_page> done) override {
    if (refusal) return done(*refusal);
    letters_asked = std::move(query);
    done(dead_letter_page{.dead_letters = letters, .total = letters.size(), .next_cursor = next_letters});
  }

  void find_dead_letter(dead_letter_id id, reply<dead_letter> done) override {
    if (refusal) return done(*refusal);
    const auto found = std::ranges::find(letters, id, &dead_letter::id);
    if (found == letters.end()) return done(failure{.code = errc::not_found, .message = "no such dead letter"});
    done(*found);
  }

 private:
  subscription_info* find_by(const subscription_ref& which) {
    const auto found = std::ranges::find_if(
        kept, [&](const subscription_info& one) { return one.definition.name == which || to_string(one.id) == which; });
    return found == kept.end() ? nullptr : &*found;
  }

  template <class T>
  subscription_info* find_or_fail(const subscription_ref& which, const reply<T>& done) {
    subscription_info* const found = refusal ? nullptr : find_by(which);
    if (found == nullptr) {
      done(refusal ? *refusal : failure{.code = errc::not_found, .message = "no subscription " + which});
    }
    return found;
  }
};

/// Notes who asked for a proof, and answers when the test says so.
class fake_proof final : public proof_face {
 public:
  std::shared_ptr<std::atomic<bool>> cancelled{};
  reply<proof_report> done{};
  proof_progress at{};

  void verify(std::shared_ptr<std::atomic<bool>> unwanted, reply<proof_report> answer) override {
    cancelled = std::move(unwanted);
    done = std::move(answer);
  }
  proof_progress progress() const noexcept override { return at; }
};

/// A broker that has subscriptions and takes events, and nothing else.
class face_broker final : public broker {
 public:
  fake_face face{};
  fake_redeliveries redelivery{};
  fake_proof verifier{};
  fake_clock time{};
  std::function<void(append_entry&)> store{};  ///< what becomes of each published event
  metrics_report figures{};

  void publish(std::vector<std::shared_ptr<event>> events, publish_done done) override {
    std::vector<append_entry> entries;
    for (auto& record : events) store(entries.emplace_back(append_entry{.record = std::move(record)}));
    done(std::span<const append_entry>{entries});
  }
  std::function<void()> publish_and_wait(std::shared_ptr<event>, std::chrono::milliseconds,
                                         reply<delivery_receipt>) override {
    unexpected();
  }
  std::unique_ptr<tail_handle> open_tail(tail_request, std::shared_ptr<stream_sink>) override { unexpected(); }
  void query_events(event_query, reply<event_page>) override { unexpected(); }
  void find_event(event_id, reply<event>) override { unexpected(); }
  void list_topics(std::string, std::uint32_t, reply<topic_page>) override { unexpected(); }
  void find_topic(topic_name, reply<topic_info>) override { unexpected(); }
  void declare_topic(topic_declaration, declare_mode, reply<declared_topic>) override { unexpected(); }
  void undeclare_topic(topic_name, reply<std::monostate>) override { unexpected(); }
  subscription_face& subscriptions() noexcept override { return face; }
  redelivery_face& redeliveries() noexcept override { return redelivery; }
  proof_face& proof() noexcept override { return verifier; }
  explain_face& explanations() noexcept override { std::terminate(); }
  health_report health() const override { return {}; }
  metrics_report metrics() const override { return figures; }
  broker_counters& counters() noexcept override { return counters_; }
  time_point now() const override { return time.now(); }
  void drain(std::function<void()>) override { unexpected(); }

 private:
  [[noreturn]] static void unexpected() { throw std::logic_error{"this test does not call that"}; }

  broker_counters counters_{};
};

/// The API over a face whose answers are in the test's hand.
struct face_fixture {
  face_broker broker{};
  fake_face& face{broker.face};
  fake_redeliveries& redelivery{broker.redelivery};
  const std::shared_ptr<transport::retry_defaults> retry{
      std::make_shared<transport::retry_defaults>(retry_policy{.max_retries = 7})};

  /// For a call whose answer may come after this returns: `into` must outlive that.
  void start(outcome& into, transport::http_request request) {
    transport::router{transport::api_routes(), calls_}.handle(
        std::make_shared<recorded_exchange>(std::move(request), into));
    into.run_posted();
  }

  outcome send(std::string_view method, std::string_view target, std::string body = {},
               std::string_view content_type = "application/json") {
    outcome result;
    start(result, make_request(method, target, std::move(body), content_type));
    return result;
  }

  /// A subscription of that name, made past the API.
  subscription_info& add(std::string_view name, channel_kind channel = channel_kind::pull) {
    subscription_definition definition{.name = std::string{name}, .channel = channel};
    definition.topics = {topic_pattern::parse("a.#").value()};
    face.create(std::move(definition), [](const auto&) {});
    return face.kept.back();
  }

 private:
  std::shared_ptr<transport::api> calls_{std::make_shared<transport::api>(
      broker, event_limits{}, 5, retry, std::vector<std::string>{}, [] { return std::string{}; },
      transport::upgrade_handler{})};
};

}  // namespace eventmgr::test
