#include "event_line.hpp"

#include "json_text.hpp"

namespace eventmgr::evctl {
namespace {

constexpr std::size_t least_payload_width = 20;

style style_of(std::string_view priority) {
  if (priority == "CRITICAL") return style::red;
  if (priority == "HIGH") return style::yellow;
  return priority == "LOW" ? style::faint : style::plain;
}

}  // namespace

std::vector<column> event_columns() {
  return {{"RECEIVED", "/receivedAt"}, {"SEQ", "/seq", column::alignment::right},
          {"PRIORITY", "/priority"},   {"TOPIC", "/topic"},
          {"SOURCE", "/source"},       {"ID", "/id"}};
}

std::string event_line(std::string_view json, const printer& out) {
  const auto text = [&](std::string_view pointer) { return printable(member_text(json, pointer).value_or("-")); };
  const auto received = text("/receivedAt");
  const auto seq = text("/seq");
  const auto priority = text("/priority");
  const auto topic = text("/topic");
  const auto source = text("/source");

  const auto head = received + " " + seq + " " + priority + " " + topic + " " + source + " ";
  const auto used = display_width(head);
  const auto width = terminal_width();
  const auto room = width > used + least_payload_width ? width - used : least_payload_width;
  return out.paint(received, style::faint) + " " + seq + " " + out.paint(priority, style_of(priority)) + " " +
         out.paint(topic, style::cyan) + " " + source + " " + shorten(text("/payload"), room);
}

}  // namespace eventmgr::evctl
