#include "config/assembler.hpp"

#include "config/text_rules.hpp"

#include <set>
#include <utility>

namespace eventmgr::config {

void assembler::add_document(const std::string& file, const node& root) {
  if (root.kind == node_kind::null) return;
  if (root.kind != node_kind::map) {
    add_error({{file, root.line, root.column}, "", "must hold keys and values, as port: 3004"});
    return;
  }
  add_map(file, "", root);
}

void assembler::add_map(const std::string& file, const std::string& prefix, const node& map) {
  std::set<std::string_view> seen;
  for (const auto& written : map.members) {
    const auto name = prefix + written.key;
    if (seen.insert(written.key).second) {
      add_member(file, name, written);
    } else {
      add_error({{file, written.line, written.column}, name, "is given twice"});
    }
  }
}

void assembler::add_member(const std::string& file, const std::string& name, const member& written) {
  const location where{file, written.line, written.column};
  if (const auto* item = find_key(name)) {
    assign(*item, written.value, {file, written.value.line, written.value.column});
  } else if (!is_section(name)) {
    add_error({where, name, explain_unknown(name)});
  } else if (written.value.kind == node_kind::map) {
    add_map(file, name + '.', written.value);
  } else if (written.value.kind != node_kind::null) {  // a section whose keys are all commented out is a null
    add_error({{file, written.value.line, written.value.column}, name, explain_unknown(name)});
  }
}

void assembler::add_text(const key& item, std::string_view text, const location& where, const std::string& named) {
  std::vector<complaint> complaints;
  const auto written = read_text(item, text, complaints);
  std::optional<value> converted;
  if (complaints.empty()) converted = convert(item, written, result_.values.retry, complaints);
  if (converted) set(item, written, std::move(*converted), where);
  // A list's complaint names its element: "topics[2].name"; the user's own word replaces the key before it.
  for (auto& wrong : complaints) wrong.key.replace(0, item.name.size(), named);
  report(std::move(complaints), where);
}

void assembler::assign(const key& item, const node& written, const location& where) {
  std::vector<complaint> complaints;
  if (auto converted = convert(item, written, result_.values.retry, complaints)) {
    set(item, written, std::move(*converted), where);
  }
  report(std::move(complaints), where);
}

void assembler::set(const key& item, const node& written, value converted, const location& where) {
  item.set(result_.values, std::move(converted));
  set_at_.insert_or_assign(std::string{item.name}, where);
  if (item.kind == value_kind::subscription_list) subscriptions_ = written;
}

void assembler::report(std::vector<complaint> complaints, const location& where) {
  for (auto& wrong : complaints) {
    add_error({{where.origin, wrong.line, wrong.column}, std::move(wrong.key), std::move(wrong.message)});
  }
}

std::string assembler::explain_unknown(std::string_view name) {
  if (is_for_later(name)) return "is not supported by this release";
  if (is_section(name)) return "is a section: it must hold keys and values";
  const auto meant = closest_key(name);
  if (meant.empty()) return "is not a known key";
  return "is not a known key; did you mean " + std::string{meant} + '?';
}

location assembler::where_set(std::string_view name) const {
  const auto found = set_at_.find(name);
  return found == set_at_.end() ? location{"defaults"} : found->second;
}

void assembler::check_listener() {
  const auto& values = result_.values;
  if (!values.security.insecure && !is_loopback(values.host)) {
    add_error({where_set("host"), "host",
               "listening on " + values.host +
                   " is open to other machines and this release has no authentication: set "
                   "security.insecure to true to allow it"});
  }
  if (values.metrics.enabled && values.port != 0 && values.port == values.metrics.port) {
    const auto* const later = set_at_.contains("metrics.port") ? "metrics.port" : "port";
    add_error({where_set(later), later, "port and metrics.port are both " + std::to_string(values.port)});
  }
}

void assembler::check_sizes() {
  const auto& values = result_.values;
  if (values.limits.max_event_bytes > values.limits.max_body_bytes) {
    const auto* const later = set_at_.contains("limits.maxEventBytes") ? "limits.maxEventBytes" : "limits.maxBodyBytes";
    add_error({where_set(later), later, "limits.maxEventBytes is more than limits.maxBodyBytes"});
  }
  if (values.queue.max_bytes < values.limits.max_event_bytes) {
    const auto* const later = set_at_.contains("queue.maxBytes") ? "queue.maxBytes" : "limits.maxEventBytes";
    add_error({where_set(later), later, "an event of limits.maxEventBytes does not fit queue.maxBytes"});
  }
  if (values.queue.max_size < values.limits.max_batch) {
    const auto* const later = set_at_.contains("queue.maxSize") ? "queue.maxSize" : "limits.maxBatch";
    add_warning({where_set(later), later, "a batch of limits.maxBatch events does not fit queue.maxSize"});
  }
}

void assembler::complete_subscriptions() {
  if (!subscriptions_) return;
  std::vector<complaint> none;  // they have been read before, without any
  const key& item = *find_key("subscriptions");
  if (auto converted = convert(item, *subscriptions_, result_.values.retry, none)) {
    item.set(result_.values, std::move(*converted));
  }
}

outcome assembler::finish() && {
  complete_subscriptions();
  check_listener();
  check_sizes();
  return std::move(result_);
}

}  // namespace eventmgr::config
