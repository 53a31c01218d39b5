#include "delivery/webhook/traceparent.hpp"

#include "codec/json_document.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace eventmgr::delivery {
namespace {

constexpr std::string_view member{"traceparent"};
constexpr std::size_t trace_at = 3;
constexpr std::size_t trace_size = 32;
constexpr std::size_t span_at = 36;
constexpr std::size_t span_size = 16;
constexpr std::size_t flags_at = 53;
constexpr std::size_t whole_size = 55;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

void append_hex(std::string& out, const std::uint8_t* bytes, std::size_t size) {
  static constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4U];
    out += digits[bytes[i] & 15U];
  }
}

/// The member of an object, if it is a string.
std::string_view text_in(simdjson::ondemand::object object, std::string_view name) {
  std::string_view text;
  if (object.find_field_unordered(name).get_string().get(text) != simdjson::SUCCESS) return {};
  return text;
}

/// False if the publisher gave none, or none that is valid.
bool append_given(std::string& out, const std::string& metadata) {
  // Few events have one: the others are not parsed.
  if (metadata.find(member) == std::string::npos) return false;
  auto text = metadata;
  codec::add_padding(text);
  codec::json_document document{text};
  simdjson::ondemand::object root;
  if (!document.is_open() || document.root().get_object().get(root) != simdjson::SUCCESS) return false;
  auto given = text_in(root, member);
  if (!is_traceparent(given)) {
    simdjson::ondemand::object extensions;
    if (root.find_field_unordered("extensions").get_object().get(extensions) != simdjson::SUCCESS) return false;
    given = text_in(extensions, member);
  }
  if (!is_traceparent(given)) return false;
  out.append(given);
  return true;
}

}  // namespace

bool is_traceparent(std::string_view text) noexcept {
  if (text.size() != whole_size || !text.starts_with("00-") || text[span_at - 1] != '-' || text[flags_at - 1] != '-') {
    return false;
  }
  const auto trace = text.substr(trace_at, trace_size);
  const auto span = text.substr(span_at, span_size);
  return is_hex(trace) && is_hex(span) && is_hex(text.substr(flags_at)) && !is_zero(trace) && !is_zero(span);
}

void append_traceparent(std::string& out, const event& record) {
  if (append_given(out, record.metadata)) return;
  const auto& id = record.id.value.bytes;
  constexpr std::size_t span_bytes = 8;
  std::array<std::uint8_t, span_bytes> span{};
  std::copy(id.begin() + span_bytes, id.end(), span.begin());
  // No part may be all zeros; the variant bits of a UUID see to that but for ids that break its rules.
  if (std::ranges::all_of(span, [](std::uint8_t byte) { return byte == 0; })) span.back() = 1;
  out.append("00-");
  if (record.id.value.is_nil()) {
    out.append("00000000000000000000000000000001");
  } else {
    append_hex(out, id.data(), id.size());
  }
  out.append("-");
  append_hex(out, span.data(), span.size());
  // "Sampled": whoever decides by it would otherwise drop the trace.
  out.append("-01");
}

}  // namespace eventmgr::delivery
