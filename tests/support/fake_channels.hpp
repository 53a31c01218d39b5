#pragma once

#include "ports/channel.hpp"
#include "ports/executor.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// A receiver in the test's hand: what is sent to it waits until the test says what came of it, or is answered at once
/// by `answer`.
struct fake_receiver {
  using batch = std::vector<outgoing_event>;

  std::vector<batch> sent{};     ///< everything, in order
  std::vector<batch> pending{};  ///< what has no answer yet
  std::function<delivery_result(const outgoing_event&)> answer{};
  std::size_t capacity{SIZE_MAX};
  std::string origin{};                 ///< of the path that is taken now; empty: the endpoint
  std::optional<failure> refused{};     ///< why no channel can be made
  std::size_t channels{0};              ///< how many were made
  channel_observer* observer{nullptr};  ///< null while no channel leads here

  /// Offsets of all that was sent, in order.
  std::vector<std::uint64_t> seqs() const {
    std::vector<std::uint64_t> all;
    for (const batch& each : sent) {
      for (const outgoing_event& event : each) all.push_back(event.record->seq.value);
    }
    return all;
  }

  /// Says what came of the oldest delivery without an answer.
  void settle_next(const delivery_result& result = {}) {
    const batch items = std::move(pending.front());
    pending.erase(pending.begin());
    std::vector<delivery_result> results;
    for (const outgoing_event& event : items) {
      results.push_back(result);
      results.back().tag = event.tag;
    }
    observer->settled(results);
  }
};

/// Makes channels to receivers that the test holds, by endpoint.
class fake_channels final : public channel_factory {
 public:
  explicit fake_channels(executor& core) : core_{core} {}

  fake_receiver& at(const std::string& endpoint) { return receivers_[endpoint]; }

  /// What `check` answers.
  result<void> checked{};

  void check(const subscription_definition& /*definition*/, std::function<void(result<void>)> done) override {
    core_.post([done = std::move(done), answer = checked] { done(answer); });
  }

  std::unique_ptr<channel> make(subscription_id /*id*/, const subscription_definition& definition,
                                channel_observer& observer) override {
    fake_receiver& to = receivers_[definition.endpoint];
    if (to.refused) throw error{*to.refused};
    ++to.channels;
    return std::make_unique<link>(core_, to, definition.endpoint, observer);
  }

 private:
  class link final : public channel {
   public:
    link(executor& core, fake_receiver& to, std::string origin, channel_observer& observer)
        : core_{core}, to_{to}, origin_{std::move(origin)} {
      to_.observer = &observer;
      to_.pending.clear();
    }
    ~link() override { close(); }

    std::size_t capacity() const override { return to_.capacity; }
    std::string_view origin() const override { return to_.origin.empty() ? origin_ : to_.origin; }

    void send(std::vector<outgoing_event> batch) override {
      to_.sent.push_back(batch);
      to_.pending.push_back(std::move(batch));
      if (!to_.answer) return;
      core_.post([this, open = open_] {
        if (*open) answer_all();
      });
    }

    void close() override {
      if (std::exchange(*open_, false)) to_.observer = nullptr;
    }

   private:
    void answer_all() {
      while (!to_.pending.empty()) {
        const auto items = std::move(to_.pending.front());
        to_.pending.erase(to_.pending.begin());
        std::vector<delivery_result> results;
        for (const outgoing_event& event : items) {
          results.push_back(to_.answer(event));
          results.back().tag = event.tag;
        }
        to_.observer->settled(results);
      }
    }

    executor& core_;
    fake_receiver& to_;
    const std::string origin_;
    const std::shared_ptr<bool> open_{std::make_shared<bool>(true)};
  };

  executor& core_;
  std::map<std::string, fake_receiver> receivers_;
};

}  // namespace eventmgr::test
