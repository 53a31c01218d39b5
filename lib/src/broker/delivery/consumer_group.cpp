#include "broker/delivery/consumer_group.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>
#include <utility>

namespace eventmgr {

consumer_group::consumer_group(delivery_context& context, channel_observer& observer,
                               const subscription_definition& definition, std::unique_ptr<channel> behind)
    : context_{context},
      observer_{observer},
      batch_size_{definition.options.batch_size},
      kind_{definition.channel},
      behind_{std::move(behind)} {}

std::string consumer_group::ack_id_of(delivery_tag tag) const { return context_.run_id + "-" + std::to_string(tag); }

std::optional<delivery_tag> consumer_group::tag_of(std::string_view ack_id) const {
  const std::string& run = context_.run_id;
  if (!ack_id.starts_with(run) || ack_id.size() <= run.size() + 1 || ack_id[run.size()] != '-') return std::nullopt;
  const std::string_view digits = ack_id.substr(run.size() + 1);
  delivery_tag tag = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), tag);
  if (failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return tag;
}

consumer_key consumer_group::attach(std::shared_ptr<consumer_sink> sink) {
  const consumer_key key = ++context_.serial;
  consumers_.emplace(key, consumer{.sink = std::move(sink)});
  turns_.push_back(key);
  observer_.ready();
  return key;
}

void consumer_group::detach(consumer_key who) {
  const auto found = consumers_.find(who);
  if (found == consumers_.end()) return;
  const auto& held = found->second.leases;
  std::vector<delivery_tag> given_back{held.begin(), held.end()};
  consumers_.erase(found);
  std::erase(turns_, who);
  release(std::move(given_back));
  observer_.ready();
}

void consumer_group::resume(consumer_key who) {
  const auto found = consumers_.find(who);
  if (found == consumers_.end()) return;
  found->second.full = false;
  observer_.ready();
}

bool consumer_group::expire(delivery_tag tag) {
  const auto found = leases_.find(tag);
  if (found == leases_.end()) return false;
  if (const auto whose = found->second.consumer) {
    const auto holder = consumers_.find(*whose);
    if (holder != consumers_.end()) holder->second.leases.erase(tag);
  }
  leases_.erase(found);
  return true;
}

void consumer_group::release(std::vector<delivery_tag> tags) {
  if (tags.empty()) return;
  std::ranges::sort(tags);
  std::vector<delivery_result> results;
  for (const delivery_tag tag : tags) {
    leases_.erase(tag);
    results.push_back({.tag = tag, .outcome = delivery_result::verdict::release});
  }
  // Posted, for the observer may be in the middle of handing these out.
  context_.executors.core.post([&observer = observer_, open = open_, results = std::move(results)] {
    if (*open) observer.settled(results);
  });
}

ack_summary consumer_group::acknowledge(const std::vector<lease_result>& said, std::optional<consumer_key> who) {
  ack_summary summary;
  std::vector<delivery_result> results;
  const time_point now = context_.ports.time.now();
  for (const lease_result& each : said) {
    const auto tag = tag_of(each.ack_id);
    const auto found = tag ? leases_.find(*tag) : leases_.end();
    if (!tag || found == leases_.end() || (who && found->second.consumer != who)) {
      summary.ignored.push_back(each.ack_id);
      continue;
    }
    delivery_result result{.tag = *tag,
                           .error = each.error,
                           .metadata = each.metadata,
                           .at = found->second.since,
                           .duration = std::max(now - found->second.since, std::chrono::milliseconds{0})};
    if (!each.success) {
      result.outcome = each.retry ? delivery_result::verdict::retry : delivery_result::verdict::reject;
      if (result.error.empty()) result.error = "refused by the consumer";
    }
    expire(*tag);
    results.push_back(std::move(result));
    ++summary.accepted;
  }
  if (!results.empty()) observer_.settled(results);
  return summary;
}

void consumer_group::pull(std::uint32_t max, std::chrono::milliseconds wait,
                          std::shared_ptr<std::atomic<bool>> cancelled, reply<std::vector<leased_event>> done) {
  forget_cancelled_pulls();
  const std::uint64_t key = ++context_.serial;
  const auto deadline =
      context_.alarms.call_at(context_.ports.time.steady_now() + wait, [this, key] { time_out(key); });
  pulls_.push_back(
      {.key = key, .max = max, .deadline = deadline, .cancelled = std::move(cancelled), .done = std::move(done)});
  observer_.ready();
}

void consumer_group::forget_cancelled_pulls() {
  std::erase_if(pulls_, [this](const waiting_pull& each) {
    if (!*each.cancelled) return false;
    context_.alarms.cancel(each.deadline);
    return true;
  });
}

std::size_t consumer_group::consumers() const noexcept {
  const auto waiting = std::ranges::count_if(pulls_, [](const waiting_pull& each) { return !*each.cancelled; });
  return consumers_.size() + static_cast<std::size_t>(waiting);
}

void consumer_group::time_out(std::uint64_t pull) {
  const auto found = std::ranges::find(pulls_, pull, &waiting_pull::key);
  if (found == pulls_.end()) return;
  const auto done = std::move(found->done);
  pulls_.erase(found);
  done(std::vector<leased_event>{});
}

std::size_t consumer_group::capacity() const {
  if (kind_ == channel_kind::pull) {
    std::size_t wanted = 0;
    for (const waiting_pull& pull : pulls_) wanted += *pull.cancelled ? 0 : pull.max;
    return wanted;
  }
  if (!serves()) return behind_->capacity();
  const bool somebody = std::ranges::any_of(consumers_, [](const auto& each) { return !each.second.full; });
  return somebody ? subscription_options::max_batch_size : 0;
}

leased_event consumer_group::lease_out(outgoing_event event, std::optional<consumer_key> to) {
  leases_.emplace(event.tag, lease{.consumer = to, .since = context_.ports.time.now()});
  leased_event out{.ack_id = ack_id_of(event.tag), .place = context_.flow.heads()};
  out.place.after[event.record->partition.value] = event.record->seq;
  out.event = std::move(event);
  return out;
}

void consumer_group::send(std::vector<outgoing_event> batch) {
  if (kind_ != channel_kind::pull) {
    if (!serves()) return behind_->send(std::move(batch));
    while (!batch.empty() && offer(batch)) {
    }
  }
  while (!batch.empty() && !pulls_.empty()) {
    waiting_pull pull = std::move(pulls_.front());
    pulls_.pop_front();
    context_.alarms.cancel(pull.deadline);
    if (*pull.cancelled) continue;
    const auto end = batch.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(pull.max, batch.size()));
    std::vector<outgoing_event> part{std::make_move_iterator(batch.begin()), std::make_move_iterator(end)};
    batch.erase(batch.begin(), end);
    answer_pull(pull, std::move(part));
  }
  std::vector<delivery_tag> left;
  left.reserve(batch.size());
  for (const outgoing_event& event : batch) left.push_back(event.tag);
  release(std::move(left));
}

void consumer_group::answer_pull(const waiting_pull& pull, std::vector<outgoing_event> batch) {
  std::vector<leased_event> out;
  out.reserve(batch.size());
  for (outgoing_event& event : batch) out.push_back(lease_out(std::move(event), std::nullopt));
  pull.done(std::move(out));
}

bool consumer_group::offer(std::vector<outgoing_event>& batch) {
  for (std::size_t tried = 0; tried < turns_.size(); ++tried) {
    const consumer_key key = turns_.front();
    turns_.pop_front();
    turns_.push_back(key);
    consumer& to = consumers_.at(key);
    if (to.full) continue;
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(batch_size_, batch.size()));
    std::vector<leased_event> out;
    for (auto each = batch.begin(); each != batch.begin() + count; ++each) {
      out.push_back(lease_out(*each, key));
      to.leases.insert(each->tag);
    }
    if (to.sink->offer(out)) {
      batch.erase(batch.begin(), batch.begin() + count);
      return true;
    }
    to.full = true;
    for (const leased_event& each : out) {
      to.leases.erase(each.event.tag);
      leases_.erase(each.event.tag);
    }
  }
  return false;
}

void consumer_group::end(const failure& why) {
  for (const auto& [key, each] : std::exchange(consumers_, {})) each.sink->ended(why);
  turns_.clear();
  for (const waiting_pull& pull : std::exchange(pulls_, {})) {
    context_.alarms.cancel(pull.deadline);
    pull.done(why);
  }
  std::vector<delivery_tag> given_back;
  given_back.reserve(leases_.size());
  for (const auto& [tag, each] : leases_) given_back.push_back(tag);
  release(std::move(given_back));
}

std::string consumer_group::trouble() const {
  if (behind_ && !serves()) return behind_->trouble();
  if (kind_ == channel_kind::pull) return pulls_.empty() ? "nobody is pulling" : "";
  if (consumers_.empty()) return "no consumer is attached";
  return capacity() == 0 ? "every consumer is full" : "";
}

void consumer_group::close() {
  *open_ = false;
  if (behind_) behind_->close();
}

}  // namespace eventmgr
