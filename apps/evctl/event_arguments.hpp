#pragma once

#include "session.hpp"

#include <eventmgr/event.hpp>

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// An event as it is described on the command line.
struct event_arguments {
  std::string topic{};
  std::string type{};  ///< empty: the topic, with dots
  std::string source{"evctl"};
  std::string data{"{}"};
  std::string priority{};
  std::vector<std::string> tags{};
  std::string project{};
  std::string correlation_id{};
  std::string id{};
  std::string at{};
  std::string ttl{};
};

/// Adds the options, all but the topic, to a command.
void add_event_options(CLI::App& command, event_arguments& into);

/// The event that they describe. Reads the file that `data` names. Fails with `invalid_request` or `malformed_json` for
/// that, naming the option.
result<event_in> make_event(const event_arguments& given, session& here);

}  // namespace eventmgr::evctl
