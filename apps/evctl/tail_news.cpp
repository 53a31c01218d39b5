#include "tail_news.hpp"

namespace eventmgr::evctl {

void loss_news::lost(const failure& why) {
  here_.output().flush();
  if (why.message == last_) return;
  here_.say(why.code == errc::conflict ? why.message : why.message + "; trying again until it answers");
  last_ = why.message;
}

void tail_news::on_subscribed(std::string_view position, bool resumed) {
  here_.say((resumed ? "connected again, resuming after " : "subscribed at ") + std::string{position});
  losses_.found();
}

void tail_news::on_gap(std::string_view from, std::string_view to) {
  here_.say("events between " + std::string{from} + " and " + std::string{to} + " are no longer kept and were missed");
}

void tail_news::on_disconnected(const failure& why, std::chrono::milliseconds) { losses_.lost(why); }

void tail_news::on_idle() { here_.output().flush(); }

}  // namespace eventmgr::evctl
