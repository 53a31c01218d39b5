#include "requeue_work.hpp"

#include "json_text.hpp"
#include "long_work.hpp"

#include <cstdint>
#include <memory>

namespace eventmgr::evctl {
namespace {

struct plan_counts {
  explicit plan_counts(const std::string& plan)
      : matched{number_at(plan, "/matched")},
        delivered{number_at(plan, "/delivered")},
        failed{number_at(plan, "/failed")},
        skipped{number_at(plan, "/skipped")} {}

  std::uint64_t over() const noexcept { return delivered + failed + skipped; }
  std::uint64_t left() const noexcept { return matched > over() ? matched - over() : 0; }

  std::uint64_t matched;
  std::uint64_t delivered;
  std::uint64_t failed;
  std::uint64_t skipped;
};

std::string status_of(const std::string& plan) { return member_text(plan, "/status").value_or(""); }

void show_plan(const std::string& plan, rate_meter& meter, progress_line& line) {
  const plan_counts counts{plan};
  const auto rate = meter.see(counts.over());
  std::string text = std::to_string(counts.delivered) + " delivered, " + std::to_string(counts.failed) + " failed, " +
                     std::to_string(counts.left()) + " left";
  if (counts.skipped > 0) text += ", " + std::to_string(counts.skipped) + " skipped";
  if (rate > 0) text += ", " + rate_text(rate) + "/s";
  line.update(counts.over(), counts.matched, text);
}

exit_code conclude(const std::string& plan, const session& here) {
  const plan_counts counts{plan};
  if (status_of(plan) != "completed") {
    const auto why = member_text(plan, "/statusReason").value_or("");
    here.say("the plan was " + status_of(plan) + (why.empty() ? "" : ": " + why) + "; " +
             std::to_string(counts.left()) + " are left as they were");
    return exit_code::failed;
  }
  if (counts.left() > 0) here.say("no longer open when their turn came: " + std::to_string(counts.left()));
  return judge_requeue(plan);
}

}  // namespace

std::uint64_t left_of_requeue(const std::string& plan) { return plan_counts{plan}.left(); }

exit_code judge_requeue(const std::string& plan) {
  const plan_counts counts{plan};
  if (counts.failed + counts.skipped + counts.left() == 0) return exit_code::done;
  return counts.delivered > 0 ? exit_code::partly : exit_code::failed;
}

exit_code watch_requeue(requeue_id id, session& here) {
  const auto meter = std::make_shared<rate_meter>();
  long_work work;
  work.look = [&] { return here.client().dead_letters().get_requeue(id); };
  work.is_over = [](const std::string& plan) { return status_of(plan) != "running"; };
  work.show = [&](const std::string& plan, progress_line& line) { show_plan(plan, *meter, line); };
  const auto ended = watch_work(work, here);
  if (here.stop().raised()) {
    here.say("the plan goes on: evctl dlq plans show " + to_string(id));
    return exit_code::failed;
  }
  if (!ended) return here.fail(ended.error());
  here.output().record(*ended, "request");
  return conclude(*ended, here);
}

}  // namespace eventmgr::evctl
