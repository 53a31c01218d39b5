#include <eventmgr/dead_letter.hpp>
#include <eventmgr/subscription.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace eventmgr;

namespace {

template <class Enum, std::size_t Count>
void check_names(const std::array<std::string_view, Count>& names, std::optional<Enum> (*parse)(std::string_view)) {
  for (std::size_t i = 0; i < Count; ++i) {
    INFO(names[i]);
    CHECK(to_string(static_cast<Enum>(i)) == names[i]);
    CHECK(parse(names[i]) == static_cast<Enum>(i));
    CHECK_FALSE(parse(std::string(names[i]) + "s"));
    CHECK_FALSE(parse(" " + std::string(names[i])));
  }
  for (const std::string_view wrong : {"", "WEBHOOK", "Priority", "1"}) CHECK_FALSE(parse(wrong));
}

}  // namespace

TEST_CASE("each word of a subscription reads back as it is written") {
  check_names<channel_kind, 5>({"webhook", "websocket", "stream", "pull", "callback"}, parse_channel_kind);
  check_names<delivery_ordering, 3>({"priority", "topic", "key"}, parse_delivery_ordering);
  check_names<delivery_format, 3>({"native", "cloudevents", "legacy"}, parse_delivery_format);
  check_names<backoff_strategy, 3>({"fixed", "linear", "exponential"}, parse_backoff_strategy);
  check_names<delivery_log_mode, 2>({"failures", "full"}, parse_delivery_log_mode);
  check_names<dead_letter_state, 3>({"open", "delivered", "discarded"}, parse_dead_letter_state);
}

TEST_CASE("what is only shown has a name") {
  CHECK(to_string(subscription_status::active) == "active");
  CHECK(to_string(subscription_status::paused) == "paused");
  CHECK(to_string(subscription_status::error) == "error");
  CHECK(to_string(breaker_state::closed) == "closed");
  CHECK(to_string(breaker_state::open) == "open");
  CHECK(to_string(breaker_state::half_open) == "half-open");
}
