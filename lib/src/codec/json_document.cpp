#include "codec/json_document.hpp"

#include "codec/json_compact.hpp"

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t any_depth = 1024;

// A parser needs about six bytes for each byte of text; one for larger texts than this is not kept.
constexpr std::size_t kept_capacity = 1U << 20U;

simdjson::ondemand::parser& parser_of_this_thread() {
  thread_local simdjson::ondemand::parser parser;
  return parser;
}

}  // namespace

void add_padding(std::string& text) {
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (text.capacity() < needed) text.reserve(needed);
}

bool is_json(std::string_view text) {
  return simdjson::validate_utf8(text) && check_json(text, any_depth).fault != json_fault::malformed;
}

failure malformed(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {errc::malformed_json, "no JSON: empty"};
  if (!simdjson::validate_utf8(text)) return {errc::malformed_json, "not valid UTF-8"};
  const json_report report = check_json(text, any_depth);
  if (report.fault != json_fault::malformed) return {errc::malformed_json, "not valid JSON"};
  return {errc::malformed_json, "not valid JSON: byte " + std::to_string(report.at + 1)};
}

json_document::json_document(std::string_view text) {
  const simdjson::padded_string_view padded{text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING};
  open_ = parser_of_this_thread().iterate(padded).get(root_) == simdjson::SUCCESS;
}

json_document::~json_document() {
  auto& parser = parser_of_this_thread();
  if (parser.capacity() > kept_capacity) parser = simdjson::ondemand::parser{};
}

}  // namespace eventmgr::codec
