#include "delivery/common/delivery_io.hpp"

#include "delivery/common/name_resolver.hpp"
#include "delivery/common/settlement_box.hpp"
#include "delivery/common/tls_context.hpp"
#include "runtime/asio_executor.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <pthread.h>
#include <signal.h>

#include <thread>

namespace eventmgr::delivery {

struct delivery_io::parts {
  parts(executor& to_core, const clock& wall, const delivery_io_options& options)
      : tls{options.ca_file},
        core{to_core},
        time{wall},
        names{context, {.threads = options.resolver_threads}},
        settlements{context, to_core} {
    // Signals belong to the thread that waits for them.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread = std::thread{[this] { context.run(); }};
    pthread_setname_np(thread.native_handle(), "em-delivery");
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  tls_context tls;
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{context.get_executor()};
  asio_executor worker{context};
  executor& core;
  const clock& time;
  name_resolver names;
  settlement_box settlements;
  std::thread thread{};
};

delivery_io::delivery_io(executor& core, const clock& time, const delivery_io_options& options)
    : parts_{std::make_unique<parts>(core, time, options)} {}

delivery_io::~delivery_io() { stop(); }

void delivery_io::stop() {
  parts_->names.stop();
  parts_->context.stop();
  if (parts_->thread.joinable()) parts_->thread.join();
}

boost::asio::io_context& delivery_io::context() noexcept { return parts_->context; }
executor& delivery_io::worker() noexcept { return parts_->worker; }
executor& delivery_io::core() noexcept { return parts_->core; }
const clock& delivery_io::time() const noexcept { return parts_->time; }
name_resolver& delivery_io::names() noexcept { return parts_->names; }
settlement_box& delivery_io::settlements() noexcept { return parts_->settlements; }
const tls_context& delivery_io::tls() const noexcept { return parts_->tls; }

}  // namespace eventmgr::delivery
