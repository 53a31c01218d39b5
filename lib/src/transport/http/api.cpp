#include "transport/http/api.hpp"

#include "transport/common/problem_json.hpp"

namespace eventmgr::transport {

void fail(exchange& item, const failure& why) { item.respond(problem_response(why, item.request().target)); }

void fail(exchange& item, const failure& why, unsigned status) {
  item.respond(problem_response(why, item.request().target, status));
}

}  // namespace eventmgr::transport
