#include "codec/subscription_codec.hpp"

#include "codec/definition_reader.hpp"
#include "codec/value_reader.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::string_view subject = "the subscription";

}  // namespace

result<subscription_definition> parse_subscription(std::string_view json, const definition_defaults& defaults) {
  const auto compact = compact_body(json, subject, max_definition_bytes);
  if (!compact) return compact.error();
  definition_reader reader{definition_source::client, defaults};
  reader.read(*compact);
  return reader.finish();
}

result<subscription_definition> parse_attachment(const attachment_texts& texts, const definition_defaults& defaults) {
  definition_reader reader{definition_source::client, defaults};
  reader.take_channel(channel_kind::stream);

  using read_member = void (definition_reader::*)(std::string_view, const std::string&);
  struct piece {
    std::string_view json;
    std::string_view pointer;
    read_member read;
  };
  // `since` after the options: it cannot stand beside their `startFrom`.
  for (const piece& each : {piece{texts.durable, "/durable", &definition_reader::read_name},
                            piece{texts.topic, "/topic", &definition_reader::read_topics},
                            piece{texts.filter, "/filter", &definition_reader::read_filter},
                            piece{texts.options, "/options", &definition_reader::read_options},
                            piece{texts.since, "/since", &definition_reader::read_start}}) {
    if (each.json.empty()) continue;
    const auto compact = compact_value(each.json, subject, max_definition_bytes);
    if (!compact) return compact.error();
    (reader.*each.read)(*compact, std::string{each.pointer});
  }
  return reader.finish();
}

}  // namespace eventmgr::codec
