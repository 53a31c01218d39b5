#pragma once

#include <string>
#include <vector>

namespace eventmgr::testing {

/// An accepted WebSocket handshake, and then these messages: what a `scripted_server` answers.
std::string conversation(const std::vector<std::string>& messages);

/// The payloads of a client's frames of less than 64 KiB.
std::vector<std::string> messages_in(const std::string& bytes);

}  // namespace eventmgr::testing
