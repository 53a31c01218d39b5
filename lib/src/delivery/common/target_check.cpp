#include "delivery/common/target_check.hpp"

#include "delivery/common/delivery_io.hpp"
#include "delivery/common/name_resolver.hpp"
#include "delivery/common/target_guard.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace eventmgr::delivery {
namespace {

/// One check under way. I/O thread only; kept alive by what it waits for.
class target_check : public std::enable_shared_from_this<target_check> {
 public:
  target_check(delivery_io& io, std::vector<named_target> targets, std::function<void(result<void>)> done)
      : io_{io}, targets_{std::move(targets)}, done_{std::move(done)}, timer_{io.context()} {}

  void start() {
    left_ = targets_.size();
    if (left_ == 0) return finish();
    for (const auto& target : targets_) {
      io_.names().resolve(target.host, [self = shared_from_this(), &target](const resolved_name& found) {
        self->judge(target, found);
      });
    }
    timer_.expires_after(target_check_limit);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code code) {
      if (!code) self->finish();
    });
  }

 private:
  void judge(const named_target& target, const resolved_name& found) {
    if (finished_) return;
    for (const auto& address : found.addresses) {
      const auto why = why_refused(address);
      if (why.empty()) continue;
      problems_.push_back({target.pointer, "leads to " + address.to_string() + ", " + std::string{why}});
      break;
    }
    if (--left_ == 0) finish();
  }

  void finish() {
    if (std::exchange(finished_, true)) return;
    timer_.cancel();
    result<void> verdict{};
    if (!problems_.empty()) {
      verdict = failure{errc::invalid_request, "events are not sent there: the endpoint " + problems_.front().message,
                        std::move(problems_)};
    }
    io_.core().post([done = std::move(done_), verdict = std::move(verdict)] { done(verdict); });
  }

  delivery_io& io_;
  const std::vector<named_target> targets_;
  std::function<void(result<void>)> done_;
  boost::asio::steady_timer timer_;
  std::size_t left_{0};
  bool finished_{false};
  std::vector<problem> problems_{};
};

}  // namespace

void check_targets(delivery_io& io, std::vector<named_target> targets, std::function<void(result<void>)> done) {
  auto check = std::make_shared<target_check>(io, std::move(targets), std::move(done));
  io.worker().post([check = std::move(check)] { check->start(); });
}

}  // namespace eventmgr::delivery
