#include "config/keys.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace eventmgr;
using namespace eventmgr::config;

namespace {

std::uint64_t amount_of(const value& held) {
  if (const auto* number = std::get_if<std::uint64_t>(&held)) return *number;
  return static_cast<std::uint64_t>(std::get<std::chrono::milliseconds>(held).count());
}

bool is_amount(const key& item) {
  return item.kind == value_kind::whole_number || item.kind == value_kind::size || item.kind == value_kind::duration;
}

}  // namespace

TEST_CASE("every key has a name and a variable of its own, and a description") {
  std::set<std::string_view> names;
  std::set<std::string> variables;
  for (const auto& item : describe()) {
    CAPTURE(item.name);
    CHECK(names.insert(item.name).second);
    CHECK(variables.insert(environment_name(item.name)).second);
    CHECK_FALSE(item.description.empty());
    CHECK(find_key(item.name) == &item);
    CHECK_FALSE(is_for_later(item.name));
    CHECK_FALSE(is_for_later_variable(environment_name(item.name)));
  }
}

TEST_CASE("the defaults lie in their ranges, and the ends of a range survive their field") {
  for (const auto& item : describe()) {
    if (!is_amount(item)) continue;
    CAPTURE(item.name);
    settings values;
    const auto standard = amount_of(item.get(values));
    CHECK(standard >= item.least);
    CHECK(standard <= item.most);
    for (const auto bound : {item.least, item.most}) {
      if (item.kind == value_kind::duration) {
        item.set(values, std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(bound)});
      } else {
        item.set(values, bound);
      }
      CHECK(amount_of(item.get(values)) == bound);
    }
  }
}

TEST_CASE("a variable is the key in capitals") {
  CHECK(environment_name("port") == "EVENTMGR_PORT");
  CHECK(environment_name("queue.maxSize") == "EVENTMGR_QUEUE_MAX_SIZE");
  CHECK(environment_name("cors.allowedOrigins") == "EVENTMGR_CORS_ALLOWED_ORIGINS");
}

TEST_CASE("ranges are written in the units of the key") {
  CHECK(format_range(*find_key("threads")) == "between 1 and 64");
  CHECK(format_range(*find_key("limits.maxDepth")) == "between 2 and 1000");
  CHECK(format_range(*find_key("queue.maxBytes")) == "between 64KiB and 64GiB");
  CHECK(format_range(*find_key("database.queryTimeout")) == "between 1ms and 1h");
  CHECK(format_range(*find_key("retry.maxDelay")) == "between 0 and 7d");
}

TEST_CASE("keys of later releases are told from unknown ones, with all that lies below them") {
  for (const auto* name :
       {"redis", "redis.url", "database.maxConnections", "partitions", "queue.flushInterval", "schemas"}) {
    CHECK(is_for_later(name));
  }
  for (const auto* name : {"redisx", "queue", "queue.flush", "port", ""}) CHECK_FALSE(is_for_later(name));
}

TEST_CASE("a misspelt key finds the one that was meant") {
  CHECK(closest_key("queue.maxsize") == "queue.maxSize");
  CHECK(closest_key("prot") == "port");
  CHECK(closest_key("queue.max_size") == "queue.maxSize");
  CHECK(closest_key("completely.different") == "");
  CHECK(closest_key(std::string(100000, 'x')) == "");
}
