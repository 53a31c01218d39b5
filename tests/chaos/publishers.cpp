#include "chaos/publishers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

constexpr std::size_t batch_size = 20;

std::string random_uuid(std::mt19937_64& random) {
  const auto high = (random() & 0xFFFFFFFFFFFF0FFFULL) | 0x4000ULL;
  const auto low = (random() & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xFFFFU, high & 0xFFFFU,
                     low >> 48U, low & 0xFFFFFFFFFFFFULL);
}

json make_event(std::string id, std::uint64_t number) {
  return {{"id", std::move(id)},    {"type", "chaos.sample.made"},
          {"source", "chaos"},      {"topic", fmt::format("chaos/{}/made", number % 7)},
          {"priority", number % 4}, {"payload", {{"number", number}, {"note", std::string(100 + number % 300, 'n')}}}};
}

}  // namespace

class publisher_group::worker {
 public:
  worker(publisher_group& group, const live_server& server, bool batches, std::uint64_t seed)
      : group_(group), server_(server), batches_(batches), random_(seed) {}

  void run() {
    while (!group_.stopping_) {
      if (!batches_ && !ids_.empty() && random_() % 16 == 0) {
        publish_again();
      } else {
        publish_new();
      }
      pause_for(batches_ ? std::chrono::microseconds(4000) : std::chrono::microseconds(500));
    }
    group_.merge(told_);
  }

 private:
  void publish_new() {
    json events = json::array();
    for (std::size_t i = 0; i < (batches_ ? batch_size : 1); ++i) {
      events.push_back(make_event(random_uuid(random_), ++made_));
    }
    const auto answer = publish_until_answered(events);
    if (!answer) return;
    const auto& results = batches_ ? answer->at("results") : json::array({*answer});
    if (results.size() != events.size())
      group_.report_fault("an answer with another number of results: " + answer->dump());
    for (std::size_t i = 0; i < std::min(results.size(), events.size()); ++i) note(events[i], results[i]);
  }

  void note(const json& event, const json& result) {
    const auto id = event.at("id").get<std::string>();
    if (!result.value("success", false) || result.value("eventId", "") != id) {
      group_.report_fault("event " + id + " was answered " + result.dump());
      return;
    }
    told_[id] = result.at("seq").get<std::uint64_t>();
    ids_.push_back(id);
    ++group_.acknowledged_;
  }

  void publish_again() {
    const auto& id = ids_[random_() % ids_.size()];
    const auto answer = publish_until_answered(json::array({make_event(id, ++made_)}));
    if (!answer) return;
    if (!answer->value("duplicate", false) || answer->value("seq", std::uint64_t{0}) != told_[id]) {
      group_.report_fault(fmt::format("{} was stored at {}; published again: {}", id, told_[id], answer->dump()));
    }
  }

  /// nullopt, and a fault, if there was no answer for longer than any restart takes.
  std::optional<json> publish_until_answered(const json& events) {
    const auto body = batches_ ? events.dump() : events.front().dump();
    const auto give_up = std::chrono::steady_clock::now() + testing::default_patience;
    std::string last = "no server";
    while (std::chrono::steady_clock::now() < give_up) {
      try {
        if (const auto connected = connection()) {
          const auto answer = connected->post(batches_ ? "/events/batch" : "/events", body);
          const bool last_one = !answer.keep_alive;
          const int status = answer.status;
          last = std::string(answer.body);
          if (last_one) session_.reset();
          if (status == 200) return json::parse(last);
          // Refused for now: nothing was stored. Anything else is not for the daemon to say to a valid event.
          if (status != 503 && status != 429) {
            group_.report_fault(fmt::format("a valid event was refused: {} {}", status, last));
            return std::nullopt;
          }
        }
      } catch (const std::exception& error) {
        // Whether it was stored is not known: the same ids again.
        last = error.what();
        session_.reset();
      }
      pause_for(std::chrono::milliseconds(2));
    }
    group_.report_fault("no answer: " + last);
    return std::nullopt;
  }

  bench::http_session* connection() {
    const auto where = server_.where();
    if (!where) {
      session_.reset();
      return nullptr;
    }
    if (!session_ || port_ != where->port)
      session_ = std::make_unique<bench::http_session>(*where, testing::default_patience);
    port_ = where->port;
    return session_.get();
  }

  publisher_group& group_;
  const live_server& server_;
  const bool batches_;
  std::mt19937_64 random_;
  std::unique_ptr<bench::http_session> session_;
  std::uint16_t port_{0};
  std::uint64_t made_{0};
  std::vector<std::string> ids_;
  acknowledgements told_;
};

publisher_group::publisher_group(const live_server& server, std::size_t singles, std::size_t batchers) {
  std::random_device seeds;
  for (std::size_t i = 0; i < singles + batchers; ++i) {
    const auto seed = static_cast<std::uint64_t>(seeds()) << 32U | seeds();
    threads_.emplace_back([this, &server, batches = i >= singles, seed] {
      try {
        worker(*this, server, batches, seed).run();
      } catch (const std::exception& error) {
        report_fault(std::string("a publisher ended: ") + error.what());
      }
    });
  }
}

publisher_group::~publisher_group() { stop(); }

bool publisher_group::wait_for_more(std::uint64_t count, std::chrono::seconds limit) const {
  return testing::eventually([&, wanted = acknowledged_ + count] { return acknowledged_ >= wanted; }, limit);
}

void publisher_group::stop() {
  stopping_ = true;
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void publisher_group::report_fault(std::string what) {
  const std::lock_guard lock(mutex_);
  if (faults_.size() < 20) faults_.push_back(std::move(what));
}

void publisher_group::merge(const acknowledgements& told) {
  const std::lock_guard lock(mutex_);
  told_.insert(told.begin(), told.end());
}

}  // namespace eventmgr::chaos
