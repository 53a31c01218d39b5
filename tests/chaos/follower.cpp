#include "chaos/follower.hpp"

#include "chaos/ws_session.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <stdexcept>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds longest_wait(20);

}  // namespace

follower::follower(const live_server& server) : server_(server), thread_([this] { run(); }) {
  if (testing::eventually([&] { return subscribed_.load(); })) return;
  stop();
  throw std::runtime_error("the tail was not subscribed" + (faults_.empty() ? "" : ": " + faults_.front()));
}

follower::~follower() { stop(); }

bool follower::wait_for(std::uint64_t seq, std::chrono::seconds limit) const {
  return testing::eventually([&] { return last_seq_ >= seq; }, limit);
}

void follower::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void follower::run() {
  while (!stopping_) {
    try {
      if (const auto where = server_.where()) follow(*where);
    } catch (const json::exception& error) {
      faults_.emplace_back(error.what());
      return;
    } catch (const std::exception&) {
      // The connection went with the daemon; the position stays.
    }
    pause_for(std::chrono::milliseconds(2));
  }
}

void follower::follow(const bench::endpoint& where) {
  ws_session session(where, "/ws");
  json request{{"type", "subscribe"}, {"id", "follower"}, {"topic", "#"}};
  if (!position_.empty()) {
    request["since"] = {{"position", position_}};
    ++resumed_;
  }
  session.send_text(request.dump());
  while (!stopping_) {
    if (const auto message = session.next(longest_wait)) take(*message);
  }
}

void follower::take(const std::string& text) {
  const auto message = json::parse(text);
  const auto type = message.at("type").get<std::string>();
  if (type == "event") {
    const auto& data = message.at("data");
    const auto seq = data.at("seq").get<std::uint64_t>();
    seen_.emplace_back(seq, data.at("id").get<std::string>());
    position_ = message.at("position").get<std::string>();
    last_seq_ = seq;
  } else if (type == "subscribed") {
    if (position_.empty()) position_ = message.at("position").get<std::string>();
    subscribed_ = true;
  } else if (type != "heartbeat" && faults_.size() < 20) {
    faults_.push_back(text);
  }
}

}  // namespace eventmgr::chaos
