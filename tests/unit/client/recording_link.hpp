#pragma once

#include "client/stream_protocol.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eventmgr::testing {

/// Takes what a protocol says, or fails as it is told to.
class recording_link final : public client::message_link {
 public:
  result<void> send(std::string_view text) override {
    if (broken) return *broken;
    sent.emplace_back(text);
    return {};
  }
  bool is_stopping() const noexcept override { return stopping; }
  void keep_alive() override { ++kept_alive; }

  std::vector<std::string> sent{};
  std::optional<failure> broken{};
  bool stopping{false};
  int kept_alive{0};
};

}  // namespace eventmgr::testing
