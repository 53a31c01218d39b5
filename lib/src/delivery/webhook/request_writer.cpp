#include "delivery/webhook/request_writer.hpp"

#include "codec/delivery_body.hpp"
#include "codec/endpoint_rules.hpp"
#include "delivery/webhook/traceparent.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace eventmgr::delivery {
namespace {

/// The name space of the ids of batches: UUIDv5 of the URL name space and "https://eventmgr/webhook-batch".
constexpr uuid batch_name_space{
    {0xAB, 0x73, 0x2F, 0xA5, 0x32, 0xA1, 0x5D, 0xFB, 0xBB, 0x3D, 0x3F, 0x1D, 0xDE, 0xB2, 0xA8, 0x40}};

constexpr std::size_t header_allowance = 512;

void field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

template <class Number>
void number_field(std::string& out, std::string_view name, Number value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  field(out, name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

result<request_writer> request_writer::make(subscription_id id, const subscription_definition& definition,
                                            const endpoint_url& to, std::string_view user_agent) {
  auto signer = webhook_signer::make(definition.options);
  if (!signer) return signer.error();
  request_writer out{std::move(*signer)};
  out.format_ = definition.options.format;
  out.batches_ = definition.options.batch_size > 1;
  if (definition.options.compression) out.gzip_ = std::make_unique<gzip_writer>();

  auto& text = out.fixed_;
  text.append("POST ").append(to.target).append(" HTTP/1.1\r\n");
  field(text, "Host", to.authority);
  const auto& own = definition.options.headers;
  const bool own_agent =
      std::ranges::any_of(own, [](const auto& header) { return codec::same_header(header.first, "user-agent"); });
  if (!own_agent) field(text, "User-Agent", user_agent);
  for (const auto& [name, value] : own) {
    if (!codec::fault_of_header(name, value)) field(text, name, value);
  }
  field(text, "x-eventmgr-subscription", to_string(id));
  return out;
}

std::string request_writer::id_of(std::span<const outgoing_event> events) const {
  if (!batches_) return to_string(events.front().record->id);
  std::string ids;
  ids.reserve(events.size() * 36);
  for (const auto& each : events) append_to(ids, each.record->id.value);
  return to_string(make_uuid_v5(batch_name_space, ids));
}

void request_writer::write(std::string& out, std::span<const outgoing_event> events, time_point now) {
  const auto shape = batches_ ? codec::body_shape::batch : codec::body_shape::single;
  const auto body = codec::render_delivery(format_, shape, events);
  std::string_view sent = body.text;
  if (gzip_) {
    gzip_->pack(body.text, packed_);
    sent = packed_;
  }

  const auto id = id_of(events);
  const auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  std::uint32_t attempt = 1;
  bool replay = false;
  for (const auto& each : events) {
    attempt = std::max(attempt, each.attempt);
    replay = replay || each.replay;
  }

  out.clear();
  out.reserve(fixed_.size() + header_allowance + sent.size());
  out.append(fixed_);
  field(out, "Content-Type", body.content_type);
  if (gzip_) field(out, "Content-Encoding", "gzip");
  number_field(out, "Content-Length", sent.size());
  field(out, "webhook-id", id);
  field(out, "webhook-timestamp", timestamp);
  if (signer_.signs(now)) {
    out.append("webhook-signature: ");
    signer_.append(out, id, timestamp, body.text, now);
    out.append("\r\n");
  }
  out.append("traceparent: ");
  append_traceparent(out, *events.front().record);
  out.append("\r\n");
  number_field(out, "x-eventmgr-attempt", attempt);
  if (replay) field(out, "x-eventmgr-replay", "true");
  out.append("\r\n").append(sent);
}

}  // namespace eventmgr::delivery
