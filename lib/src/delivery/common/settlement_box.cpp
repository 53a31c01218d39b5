#include "delivery/common/settlement_box.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace eventmgr::delivery {
namespace {

struct batch {
  struct part {
    std::shared_ptr<settlement_target> to{};
    std::size_t count{0};  ///< of the results that follow; 0: `ready`
  };

  void append(batch& other) {
    parts.insert(parts.end(), std::move_iterator{other.parts.begin()}, std::move_iterator{other.parts.end()});
    results.insert(results.end(), std::move_iterator{other.results.begin()}, std::move_iterator{other.results.end()});
    other.clear();
  }

  void clear() {
    parts.clear();
    results.clear();
  }

  std::vector<part> parts{};
  std::vector<delivery_result> results{};
};

}  // namespace

class settlement_box::state : public std::enable_shared_from_this<settlement_box::state> {
 public:
  state(boost::asio::io_context& io, executor& core) : io_{io}, core_{core} {}

  void put(const std::shared_ptr<settlement_target>& to, std::span<delivery_result> results) {
    turn_.parts.push_back({to, results.size()});
    turn_.results.insert(turn_.results.end(), std::move_iterator{results.begin()}, std::move_iterator{results.end()});
    if (leaving_) return;
    leaving_ = true;
    // What else is ready in this turn runs before a new post does.
    boost::asio::post(io_, [self = shared_from_this()] { self->leave(); });
  }

 private:
  void leave() {
    leaving_ = false;
    {
      const std::lock_guard lock{mutex_};
      const bool asleep = waiting_.parts.empty();
      waiting_.append(turn_);
      if (!asleep) return;
    }
    core_.post([self = shared_from_this()] { self->arrive(); });
  }

  void arrive() {
    {
      const std::lock_guard lock{mutex_};
      std::swap(waiting_, arrived_);
    }
    const std::span results{arrived_.results};
    std::size_t at = 0;
    for (const auto& [to, count] : arrived_.parts) {
      if (count == 0) {
        to->ready();
      } else {
        to->settled(results.subspan(at, count));
      }
      at += count;
    }
    arrived_.clear();
  }

  boost::asio::io_context& io_;
  executor& core_;
  batch turn_{};  ///< I/O thread: gathers until the turn is over
  bool leaving_{false};
  std::mutex mutex_{};
  batch waiting_{};
  batch arrived_{};  ///< the core's; keeps its capacity
};

settlement_box::settlement_box(boost::asio::io_context& io, executor& core)
    : state_{std::make_shared<state>(io, core)} {}

settlement_box::~settlement_box() = default;

void settlement_box::put(const std::shared_ptr<settlement_target>& to, std::span<delivery_result> results) {
  if (!results.empty()) state_->put(to, results);
}

void settlement_box::put_ready(const std::shared_ptr<settlement_target>& to) { state_->put(to, {}); }

}  // namespace eventmgr::delivery
