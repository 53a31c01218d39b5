#include "codec/stored_event.hpp"

#include <eventmgr/client.hpp>

namespace eventmgr::client {

result<event> parse_event(std::string_view json) {
  std::string text{json};
  return codec::parse_event_json(text);
}

}  // namespace eventmgr::client
