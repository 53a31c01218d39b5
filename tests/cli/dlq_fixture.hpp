#pragma once

#include "evctl.hpp"
#include "tools/webhook_receiver.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace eventmgr::testing {

/// A daemon with the subscription "hook", whose webhook refuses events whose payload has "bad":true for as long as it
/// is broken, and "worse":true always, and gives each event one attempt. It does so by its answers' bodies, for so many
/// failures of the endpoint itself would open its circuit breaker.
class dlq_fixture {
 public:
  dlq_fixture() {
    receiver_.treat("/hook", [this](const webhook_request& request) {
      const bool bad = request.body.find("\"bad\":true") != std::string::npos;
      const bool worse = request.body.find("\"worse\":true") != std::string::npos;
      const bool refused = worse || (bad && broken_);
      return webhook_reply{.body = refused ? R"({"success":false,"error":"no such order"})" : ""};
    });
    REQUIRE(run({"subscriptions", "create", "--name", "hook", "--topic", "#", "--endpoint", receiver_.url("/hook"),
                 "--max-retries", "0"})
                .status == 0);
  }

  process_result run(const std::vector<std::string>& arguments, std::string_view input = {}) const {
    return program_.run(arguments, input);
  }

  /// Publishes so many events with that payload, and waits until all of them are dead letters.
  void fail(int count, const std::string& payload = R"({"bad":true})", const std::string& topic = "orders/placed") {
    const auto before = open().size();
    REQUIRE(run({"publish", "--batch", "-"}, batch_of(count, topic, payload)).status == 0);
    wait_for_open(before + static_cast<std::size_t>(count));
  }

  /// The open dead letters, the oldest first.
  std::vector<std::string> open() const { return lines_of(run({"dlq", "list", "--all", "--order", "asc"}).out); }

  void wait_for_open(std::size_t count) const {
    REQUIRE(eventually([&] { return open().size() == count; }));
  }

  void repair() { broken_ = false; }

  const evctl& program() const noexcept { return program_; }
  const webhook_receiver& receiver() const noexcept { return receiver_; }

 private:
  daemon broker_{};
  evctl program_{broker_.url()};
  std::atomic<bool> broken_{true};
  webhook_receiver receiver_{};
};

}  // namespace eventmgr::testing
