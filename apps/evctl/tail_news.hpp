#pragma once

#include "session.hpp"

#include <eventmgr/client_tail.hpp>

#include <string>

namespace eventmgr::evctl {

/// Says a lost connection on standard error. Attempts that fail alike are said once.
class loss_news {
 public:
  explicit loss_news(session& here) : here_{here} {}

  void lost(const failure& why);
  void found() { last_.clear(); }

 private:
  session& here_;
  std::string last_{};
};

/// A tail that says on standard error what becomes of its connection; what it does with events is the derived class's.
class tail_news : public client::tail_handler {
 public:
  explicit tail_news(session& here) : here_{here}, losses_{here} {}

  void on_subscribed(std::string_view position, bool resumed) override;
  void on_gap(std::string_view from, std::string_view to) override;
  void on_disconnected(const failure& why, std::chrono::milliseconds retry_in) override;
  void on_idle() override;

 protected:
  session& here() const noexcept { return here_; }

 private:
  session& here_;
  loss_news losses_;
};

}  // namespace eventmgr::evctl
