#include "config/keys.hpp"

#include "codec/option_table.hpp"
#include "config/text_rules.hpp"
#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <type_traits>
#include <utility>

namespace eventmgr::config {

namespace {

using database = settings::database_settings;
using queue = settings::queue_settings;
using limit = settings::limit_settings;
using metric = settings::metrics_settings;

constexpr std::uint64_t kib = 1ULL << 10U;
constexpr std::uint64_t mib = 1ULL << 20U;
constexpr std::uint64_t gib = 1ULL << 30U;

/// The type that a field's value has while it is on its way: every integer is 64 bits wide, its range checked before.
template <class Field>
using carried = std::conditional_t<std::is_integral_v<Field> && !std::is_same_v<Field, bool>, std::uint64_t, Field>;

template <auto... Path>
value get_field(const settings& from) {
  const auto& field = (from.*....*Path);
  return static_cast<carried<std::remove_cvref_t<decltype(field)>>>(field);
}

template <auto... Path>
void set_field(settings& to, value given) {
  auto& field = (to.*....*Path);
  using field_type = std::remove_cvref_t<decltype(field)>;
  field = static_cast<field_type>(std::get<carried<field_type>>(std::move(given)));
}

template <auto... Path>
constexpr key number(std::string_view name, std::uint64_t least, std::uint64_t most, std::string_view description) {
  return {name, value_kind::whole_number, least, most, description, get_field<Path...>, set_field<Path...>};
}

template <auto... Path>
constexpr key size(std::string_view name, std::uint64_t least, std::uint64_t most, std::string_view description) {
  return {name, value_kind::size, least, most, description, get_field<Path...>, set_field<Path...>};
}

template <auto... Path>
constexpr key duration(std::string_view name, std::uint64_t least_ms, std::uint64_t most_ms,
                       std::string_view description) {
  return {name, value_kind::duration, least_ms, most_ms, description, get_field<Path...>, set_field<Path...>};
}

template <auto... Path>
constexpr key boolean(std::string_view name, std::string_view description) {
  return {name, value_kind::boolean, 0, 0, description, get_field<Path...>, set_field<Path...>};
}

template <auto... Path>
constexpr key text(std::string_view name, text_rule rule, std::string_view description) {
  return {name, value_kind::text, 0, 0, description, get_field<Path...>, set_field<Path...>, rule};
}

template <auto... Path>
constexpr key texts(std::string_view name, text_rule rule, std::string_view description) {
  return {name, value_kind::text_list, 0, 0, description, get_field<Path...>, set_field<Path...>, rule};
}

template <auto... Path>
constexpr key topics(std::string_view name, std::string_view description) {
  return {name, value_kind::topic_list, 0, 0, description, get_field<Path...>, set_field<Path...>};
}

template <auto... Path>
constexpr key subscriptions(std::string_view name, std::string_view description) {
  return {name, value_kind::subscription_list, 0, 0, description, get_field<Path...>, set_field<Path...>};
}

value get_strategy(const settings& from) { return std::string{to_string(from.retry.strategy)}; }

void set_strategy(settings& to, value given) {
  // The rule of the key has seen to it that there is one of this name.
  to.retry.strategy = parse_backoff_strategy(std::get<std::string>(given)).value_or(to.retry.strategy);
}

constexpr key strategy(std::string_view name, std::string_view description) {
  return {name, value_kind::text, 0, 0, description, get_strategy, set_strategy, check_backoff_strategy};
}

constexpr auto longest_delay_ms = static_cast<std::uint64_t>(codec::longest_retry_delay.count());

constexpr std::array keys{
    text<&settings::host>("host", check_host, "address to listen on"),
    number<&settings::port>("port", 0, 65535, "port to listen on; 0 takes a free one"),
    number<&settings::threads>("threads", 1, 64, "I/O threads"),
    text<&settings::data_dir>("dataDir", check_path, "folder of local files"),
    text<&settings::database, &database::url>("database.url", check_database_url, "which store holds the events"),
    duration<&settings::database, &database::query_timeout>("database.queryTimeout", 1, 3'600'000,
                                                            "longest that a query of the store may take"),
    number<&settings::queue, &queue::max_size>("queue.maxSize", 1, 10'000'000,
                                               "events that may wait for their commit, and events kept in memory"),
    size<&settings::queue, &queue::max_bytes>("queue.maxBytes", 64 * kib, 64 * gib, "the same, in bytes"),
    number<&settings::queue, &queue::batch_size>("queue.batchSize", 1, 10'000, "events read from the store at once"),
    size<&settings::limits, &limit::max_event_bytes>("limits.maxEventBytes", kib, 64 * mib,
                                                     "payload and metadata of one event"),
    size<&settings::limits, &limit::max_body_bytes>("limits.maxBodyBytes", kib, gib, "body of one request"),
    number<&settings::limits, &limit::max_batch>("limits.maxBatch", 1, 100'000, "events in one batch"),
    number<&settings::limits, &limit::max_depth>("limits.maxDepth", 2, 1'000, "nesting of JSON, the event counted"),
    number<&settings::limits, &limit::max_connections>("limits.maxConnections", 1, 1'000'000,
                                                       "client connections at a time"),
    number<&settings::retry, &retry_policy::max_retries>("retry.maxRetries", 0, codec::most_retries,
                                                         "attempts after the first that failed"),
    strategy("retry.backoffStrategy", "how delays grow: fixed, linear or exponential"),
    duration<&settings::retry, &retry_policy::initial_delay>("retry.initialDelay", 0, longest_delay_ms,
                                                             "delay before the first retry"),
    duration<&settings::retry, &retry_policy::max_delay>("retry.maxDelay", 0, longest_delay_ms,
                                                         "longest delay before a retry"),
    boolean<&settings::retry, &retry_policy::jitter>("retry.jitter", "whether a delay is drawn from its upper half"),
    boolean<&settings::metrics, &metric::enabled>("metrics.enabled", "whether metrics are served on their own port"),
    number<&settings::metrics, &metric::port>("metrics.port", 0, 65535, "that port; 0 takes a free one"),
    boolean<&settings::security, &settings::security_settings::insecure>(
        "security.insecure", "allow listening beyond loopback without authentication"),
    texts<&settings::cors, &settings::cors_settings::allowed_origins>("cors.allowedOrigins", check_origin,
                                                                      "origins whose pages may call the API"),
    topics<&settings::topics>("topics", "topics to declare at start"),
    subscriptions<&settings::subscriptions>("subscriptions", "durable subscriptions to declare at start"),
};

/// Keys and sections of the design that come with later releases. Refused apart from unknown ones, so that a file
/// written for a later release says what it lacks.
constexpr std::array later_names{
    std::string_view{"advertiseUrl"}, std::string_view{"database.maxConnections"},
    std::string_view{"partitions"},   std::string_view{"queue.flushInterval"},
    std::string_view{"redis"},        std::string_view{"schemas"},
};

bool lies_in(std::string_view name, std::string_view section) noexcept {
  return name.size() > section.size() && name.starts_with(section) && name[section.size()] == '.';
}

/// Levenshtein's, on lower-case letters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::span<const key> describe() noexcept { return keys; }

const key* find_key(std::string_view name) noexcept {
  const auto* const found = std::find_if(keys.begin(), keys.end(), [&](const key& item) { return item.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) noexcept {
  return std::any_of(keys.begin(), keys.end(), [&](const key& item) { return lies_in(item.name, name); });
}

bool is_for_later(std::string_view name) noexcept {
  return std::any_of(later_names.begin(), later_names.end(),
                     [&](std::string_view later) { return name == later || lies_in(name, later); });
}

bool is_for_later_variable(std::string_view variable) {
  return std::any_of(later_names.begin(), later_names.end(), [&](std::string_view later) {
    const auto name = environment_name(later);
    return variable == name || variable.starts_with(name + '_');
  });
}

std::string_view closest_key(std::string_view name) {
  constexpr std::size_t longest_guess = 64;
  if (name.size() > longest_guess) return {};
  std::string_view best;
  std::size_t best_distance = 3;
  for (const auto& item : keys) {
    if (const auto distance = edit_distance(name, item.name); distance < best_distance) {
      best = item.name;
      best_distance = distance;
    }
  }
  return best;
}

std::string environment_name(std::string_view key_name) {
  std::string name{"EVENTMGR_"};
  for (const char c : key_name) {
    if (c == '.') {
      name += '_';
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (std::isupper(byte) != 0) name += '_';
    name += static_cast<char>(std::toupper(byte));
  }
  return name;
}

std::string format_range(const key& item) {
  const auto write = [&](std::uint64_t bound) {
    if (item.kind == value_kind::size) return format_size(bound);
    if (item.kind != value_kind::duration || bound == 0) return std::to_string(bound);
    return format_duration(std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(bound)});
  };
  return "between " + write(item.least) + " and " + write(item.most);
}

}  // namespace eventmgr::config
