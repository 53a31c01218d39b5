#include "broker/explain/redelivery_notes.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr {

namespace {

bool is_single(const requeue_request& request) { return request.which.ids.size() == 1; }

/// Takes up one attempt more.
void take_attempt(redelivery_note& into, const delivery_attempt& attempt) {
  using outcome = redelivery_note::outcome;
  ++into.attempts;
  if (!into.begun_at) into.begun_at = attempt.at;
  // A replay may deliver once more, after a crash, what it has delivered.
  if (into.what == outcome::delivered) return;
  into.what = attempt.success ? outcome::delivered : outcome::failed;
  into.ended_at = attempt.at + attempt.duration;
  into.error = attempt.success ? std::string{} : attempt.error;
}

/// The one that the attempt was made for, or nullptr. Of those of an older release, which kept no ids, one ends with
/// its success.
redelivery_note* find_note(std::vector<redelivery_note>& in, const delivery_attempt& attempt) {
  const auto found = std::ranges::find_if(in.rbegin(), in.rend(), [&](const redelivery_note& note) {
    return note.origin == attempt.origin && note.id == attempt.redelivery;
  });
  if (found == in.rend()) return nullptr;
  const bool over = found->id.is_nil() && found->what == redelivery_note::outcome::delivered;
  return over ? nullptr : &*found;
}

}  // namespace

std::vector<redelivery_note> redelivery_notes::of(const event_delivery& delivery) {
  std::vector<redelivery_note> notes;
  std::vector<time_point> last_began;  // of each note: its last attempt
  for (const delivery_attempt& attempt : delivery.log) {
    if (attempt.origin == attempt_origin::live) continue;
    redelivery_note* note = find_note(notes, attempt);
    if (note == nullptr) {
      note = &notes.emplace_back(redelivery_note{.origin = attempt.origin, .id = attempt.redelivery});
      last_began.emplace_back();
    }
    take_attempt(*note, attempt);
    last_began[static_cast<std::size_t>(note - notes.data())] = attempt.at;
  }
  for (std::size_t i = 0; i < notes.size(); ++i) complete(notes[i], last_began[i], delivery);
  if (delivery.dead && delivery.dead->state == dead_letter_state::open) add_untried(notes, *delivery.dead);
  std::ranges::stable_sort(notes, {}, [](const redelivery_note& note) {
    return note.asked_at.value_or(note.begun_at.value_or(time_point{}));
  });
  return notes;
}

void redelivery_notes::complete(redelivery_note& note, time_point last_began, const event_delivery& delivery) {
  using outcome = redelivery_note::outcome;
  const std::optional<redelivery_facts>& facts = look_up(note.id);
  if (facts) {
    note.asked_at = facts->asked_at;
    note.single = facts->single;
    note.edited = facts->edited;
  } else if (const auto ms = unix_ms_of(note.id)) {
    note.asked_at = time_point{std::chrono::milliseconds{*ms}};
  }
  if (note.what != outcome::failed) return;
  // Whoever gives up writes the dead letter anew: this one, if no other has tried since.
  const bool given_up = delivery.dead && delivery.dead->failed_at >= last_began;
  const bool others_since = std::ranges::any_of(delivery.log, [&](const delivery_attempt& attempt) {
    return attempt.at > last_began && (attempt.origin != note.origin || attempt.redelivery != note.id);
  });
  if (given_up && !others_since) return;
  const bool wanted =
      note.origin == attempt_origin::replay || (delivery.dead && delivery.dead->state == dead_letter_state::open);
  if (facts && facts->goes_on && wanted) {
    note.what = outcome::pending;
  } else if (!given_up || (facts && facts->cut_short)) {
    note.what = outcome::ended;
  }
  if (note.what == outcome::pending) note.ended_at.reset();
}

const std::optional<redelivery_facts>& redelivery_notes::look_up(const uuid& id) {
  const auto [known, is_new] = known_.try_emplace(id);
  if (is_new && !id.is_nil()) known->second = read(id);
  return known->second;
}

std::optional<redelivery_facts> redelivery_notes::read(const uuid& id) {
  const auto record = store_.find_redelivery(id);
  if (!record) return std::nullopt;
  redelivery_facts facts{
      .asked_at = record->created_at,
      .goes_on = record->state == redelivery_state::started || record->state == redelivery_state::running,
      .cut_short = record->state == redelivery_state::stopped || record->state == redelivery_state::cancelled};
  if (record->kind != redelivery_kind::requeue) return facts;
  if (const auto request = texts_.load_requeue(record->request)) {
    facts.single = is_single(*request);
    facts.edited = !request->patch.empty();
  }
  return facts;
}

// Those that go on and have yet to come to the dead letter, or wait for their turn.
void redelivery_notes::add_untried(std::vector<redelivery_note>& to, const dead_letter_note& letter) {
  for (const requeue_under_way& plan : *under_way_) {
    if (std::ranges::find(to, plan.id.value, &redelivery_note::id) != to.end() || !selects(plan, letter)) continue;
    to.push_back({.id = plan.id.value,
                  .asked_at = plan.asked_at,
                  .single = is_single(*plan.request),
                  .edited = !plan.request->patch.empty()});
  }
}

bool redelivery_notes::selects(const requeue_under_way& plan, const dead_letter_note& letter) {
  // Where others use its limit up, it never comes to this one.
  if (plan.request->limit) return false;
  const dead_letter_query& asked = plan.request->which;
  if (!asked.ids.empty() && std::ranges::find(asked.ids, letter.id) == asked.ids.end()) return false;
  const time_point until = std::min(asked.until.value_or(time_point::max()), plan.asked_at);
  if (letter.failed_at >= until) return false;
  dead_letter_query which = asked;
  which.ids = {letter.id};
  which.state = dead_letter_state::open;
  which.until = until;
  return !store_.count_dead_letters(which).empty();
}

}  // namespace eventmgr
