#include "codec/proof_json.hpp"

#include "codec/object_writer.hpp"

#include <string_view>
#include <vector>

namespace eventmgr::codec {
namespace {

void write(std::string& out, const proof_problem& found) {
  object_writer object{out};
  object.text("check", to_string(found.check));
  object.number("partition", found.partition.value);
  if (found.seq) object.number("offset", found.seq->value);
  if (found.block) object.number("block", *found.block);
  if (!found.subscription.empty()) object.text("subscription", found.subscription);
  object.text("message", found.message);
  object.end();
}

void write(std::string& out, const proof_report::partition_summary& one) {
  object_writer object{out};
  object.number("partition", one.partition.value);
  object.number("head", one.head.value);
  object.number("first", one.first.value);
  object.number("events", one.events);
  object.number("pruned", one.pruned);
  object.end();
}

void write(std::string& out, const proof_report::subscription_summary& one) {
  object_writer object{out};
  object.text("id", to_string(one.id));
  object.text("name", one.name);
  object.number("generation", one.generation);
  object.number("matched", one.matched);
  object.number("acknowledged", one.acknowledged);
  object.number("expired", one.expired);
  object.number("dead", one.dead);
  object.number("skipped", one.skipped);
  object.number("exceptions", one.exceptions);
  object.end();
}

template <class T>
void write_list(object_writer& parent, std::string_view name, const std::vector<T>& items) {
  std::string& out = parent.key(name);
  out += '[';
  for (const T& item : items) {
    if (&item != &items.front()) out += ',';
    write(out, item);
  }
  out += ']';
}

}  // namespace

std::string to_json(const proof_report& report) {
  std::string out;
  object_writer object{out};
  object.flag("ok", report.ok());
  write_list(object, "problems", report.problems);
  object.number("problemCount", report.problem_count);
  write_list(object, "partitions", report.partitions);
  write_list(object, "subscriptions", report.subscriptions);
  object.number("events", report.events);
  object.number("durationMs", report.duration.count());
  object.end();
  return out;
}

std::string to_json(const proof_progress& progress) {
  std::string out;
  object_writer object{out};
  object.flag("running", progress.running);
  object.number("done", progress.done);
  object.number("total", progress.total);
  object.end();
  return out;
}

}  // namespace eventmgr::codec
