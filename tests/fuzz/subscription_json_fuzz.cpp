// Any bytes as the definition of a subscription, as a change of one, and as what a receiver answers. What is read as a
// definition must survive the store and be what a patch of nothing leaves; what is refused must say why, with pointers.
// An answer must give a verdict for each event, within its bounds.
#include "codec/delivery_codec.hpp"
#include "codec/handler_results.hpp"
#include "codec/json_compact.hpp"
#include "codec/json_subscription_texts.hpp"
#include "codec/subscription_codec.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace eventmgr;
using namespace eventmgr::codec;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_object(std::string_view text) { return compact_object(text, 64).has_value(); }

definition_defaults defaults() {
  return {.retry = {}, .now = time_point{std::chrono::milliseconds{1'767'322'245'678}}};
}

subscription_definition some_webhook() {
  return parse_subscription(
             R"({"name":"n","topic":"a","endpoint":"https://h/","filter":{"types":["x"]},"options":{"batchSize":2,
                 "secret":"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","headers":{"Authorization":"x"}}})",
             defaults())
      .value();
}

template <class T>
void check_refusal(const result<T>& outcome) {
  if (outcome) return;
  const failure why = outcome.error();
  require(!why.message.empty());
  if (why.code == errc::malformed_json) return;
  require(why.code == errc::invalid_request && !why.details.empty());
  for (const problem& fault : why.details) {
    require(!fault.message.empty() && (fault.pointer.empty() || fault.pointer.front() == '/'));
  }
}

void check_definition(const result<subscription_definition>& outcome) {
  check_refusal(outcome);
  if (!outcome) return;
  const json_subscription_texts texts;
  const auto again = texts.load(texts.store(*outcome));
  require(again.has_value() && *again == *outcome);
  require(texts.filter(outcome->filter).has_value());
  const std::string matching = texts.matching(*outcome);
  require(texts.read_matching(matching).has_value());
  const auto same = apply_patch(*outcome, "{}", defaults());
  require(same.has_value() && *same == *outcome);
  require(is_object(to_json(subscription_info{.definition = *outcome})));
}

void check_answer(std::string_view body) {
  static const std::array events{*event_id::parse("0190163d-8694-739b-aea5-966c26f8ad91"),
                                 *event_id::parse("0190163d-8694-739b-aea5-966c26f8ad92")};
  const auto verdicts = parse_handler_results(body, events);
  require(verdicts.size() == events.size());
  for (const handler_verdict& each : verdicts) {
    require(each.error.size() <= 1024 && each.metadata.size() <= 4096);
    require(!each.success || each.error.empty());
    require(each.metadata.empty() || is_object(each.metadata));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_definition(parse_subscription(text, defaults()));
  check_definition(apply_patch(some_webhook(), text, defaults()));
  check_answer(text);
  check_refusal(parse_resume(text));
  check_refusal(parse_seek(text, defaults().now));
  check_refusal(parse_pull(text));
  check_refusal(parse_acknowledgements(text));
  const auto stored = json_subscription_texts{}.load(text);
  if (stored) require(json_subscription_texts{}.load(json_subscription_texts{}.store(*stored)).has_value());
  return 0;
}
