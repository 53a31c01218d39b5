#include "transport/http/verification.hpp"

#include "broker/proof/proof_face.hpp"
#include "codec/proof_json.hpp"
#include "transport/http/json_body.hpp"
#include "transport/http/json_reply.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace eventmgr::transport {

void verify_ledger(api& calls, call& item) {
  if (const auto fault = check_no_body(item.request())) return fail(*item.exchange, *fault);
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  item.exchange->when_unwanted([cancelled] { *cancelled = true; });
  calls.events.proof().verify(cancelled,
                              reply_with<proof_report>(item.exchange, [](const proof_report& report) -> http_response {
                                return {.body = codec::to_json(report)};
                              }));
}

void get_verification(api& calls, call& item) {
  http_response answer{.body = codec::to_json(calls.events.proof().progress())};
  answer.headers.add("Cache-Control", "no-store");
  item.exchange->respond(std::move(answer));
}

}  // namespace eventmgr::transport
