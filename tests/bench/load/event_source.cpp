#include "bench/load/event_source.hpp"

#include <charconv>
#include <cstring>

namespace eventmgr::bench {

namespace {

constexpr std::size_t stamp_digits = 16;
constexpr std::size_t topic_digits = 4;
constexpr std::string_view stamp_key = R"("sentUs":")";
constexpr std::string_view seq_key = R"("seq":)";
constexpr std::string_view nil_uuid = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view words =
    "The design review found that the pump must be moved by two metres before the inspection on Tuesday. ";

void write_digits(char* into, std::size_t width, std::uint64_t value) {
  for (auto at = width; at > 0; value /= 10) into[--at] = static_cast<char>('0' + value % 10);
}

/// After `key`, near `hint` if it is there, else wherever it is.
std::size_t find_after(std::string_view text, std::string_view key, std::size_t& hint) {
  if (hint < text.size() && text.substr(hint).starts_with(key)) return hint + key.size();
  const auto at = text.find(key);
  if (at == std::string_view::npos) return at;
  hint = at;
  return at + key.size();
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key, std::size_t& hint) {
  const auto at = find_after(text, key, hint);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t value = 0;
  if (std::from_chars(text.data() + at, text.data() + text.size(), value).ec != std::errc{}) return std::nullopt;
  return value;
}

/// Events of one run are all about the same size, so the next number is mostly as far on as the last one was.
template <class Found>
void for_each_number(std::string_view text, std::string_view key, Found found) {
  std::size_t hint = 0;
  while (const auto value = number_after(text, key, hint)) {
    found(*value);
    text.remove_prefix(hint + key.size());
  }
}

}  // namespace

publish_request::publish_request(const event_spec& spec, std::size_t batch, std::string_view authority) {
  std::string body;
  const auto add_event = [&] {
    slot places;
    const auto start = body.size();
    body.append("{");
    if (spec.ids != id_mode::server) {
      body.append(R"("id":")");
      places.id = body.size();
      body.append(nil_uuid).append(R"(",)");
    }
    body.append(R"("type":"bench.load.sample","source":"eventmgr-bench","topic":"bench/load/)");
    places.topic = body.size();
    body.append(topic_digits, '0').append(R"(","priority":)");
    places.priority = body.size();
    body.append(R"(2,"payload":{)").append(stamp_key);
    places.stamp = body.size();
    body.append(stamp_digits, '0');
    body.append(R"(","projectId":"bench-project","revision":17,"cost":1234.50,"open":true,"note":")");
    constexpr std::string_view tail = "\"}}";
    while (body.size() - start + tail.size() < spec.size) {
      const auto missing = spec.size - tail.size() - (body.size() - start);
      body.append(words.substr(0, missing));
    }
    body.append(tail);
    slots_.push_back(places);
  };

  if (batch == 0) {
    add_event();
  } else {
    for (std::size_t i = 0; i < batch; ++i) {
      body.push_back(i == 0 ? '[' : ',');
      add_event();
    }
    body.push_back(']');
  }

  bytes_.append(batch == 0 ? "POST /events" : "POST /events/batch").append(" HTTP/1.1\r\nHost: ").append(authority);
  bytes_.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
  bytes_.append("\r\n\r\n");
  const auto head = bytes_.size();
  bytes_.append(body);
  for (auto& places : slots_) {
    places.stamp += head;
    places.topic += head;
    places.priority += head;
    if (places.id != 0) places.id += head;
  }
}

void event_source::renew(publish_request& request, send_stamp intended) {
  for (const auto& places : request.slots_) {
    char* const bytes = request.bytes_.data();
    write_digits(bytes + places.stamp, stamp_digits, static_cast<std::uint64_t>(intended.count()));
    write_digits(bytes + places.topic, topic_digits, count_ % spec_.topics);
    if (spec_.all_priorities) write_digits(bytes + places.priority, 1, count_ % 4);
    if (places.id != 0) write_id(bytes + places.id);
    ++count_;
  }
}

void event_source::write_id(char* into) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::uint64_t high = random_();
  const std::uint64_t low = (random_() & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  if (spec_.ids == id_mode::uuid7) {
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    // The count orders the ids of one millisecond.
    high = static_cast<std::uint64_t>(now.count()) << 16U | 0x7000U | (count_ & 0xFFFU);
  } else {
    high = (high & 0xFFFFFFFFFFFF0FFFULL) | 0x4000U;
  }
  std::size_t at = 0;
  for (unsigned digit = 0; digit < 32; ++digit, ++at) {
    if (nil_uuid[at] == '-') ++at;
    const auto half = digit < 16 ? high : low;
    into[at] = hex[half >> (60U - 4U * (digit % 16U)) & 0xFU];
  }
}

std::optional<send_stamp> find_stamp(std::string_view event_json, std::size_t& hint) {
  const auto value = number_after(event_json, stamp_key, hint);
  if (!value) return std::nullopt;
  return send_stamp(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> find_seq(std::string_view event_json, std::size_t& hint) {
  return number_after(event_json, seq_key, hint);
}

void for_each_stamp(std::string_view events_json, const std::function<void(send_stamp)>& found) {
  for_each_number(events_json, stamp_key,
                  [&](std::uint64_t value) { found(send_stamp(static_cast<std::int64_t>(value))); });
}

void for_each_seq(std::string_view events_json, const std::function<void(std::uint64_t)>& found) {
  for_each_number(events_json, seq_key, found);
}

}  // namespace eventmgr::bench
