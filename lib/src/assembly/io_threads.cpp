#include "assembly/io_threads.hpp"

#include <pthread.h>
#include <signal.h>

namespace eventmgr::assembly {

io_threads::io_threads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
    views_.push_back(contexts_.back().get());
    guards_.emplace_back(contexts_.back()->get_executor());
  }
}

void io_threads::run() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 1; i < views_.size(); ++i) {
    threads_.emplace_back([context = views_[i]] { context->run(); });
    pthread_setname_np(threads_.back().native_handle(), "em-io");
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  try {
    core().run();
  } catch (...) {
    finish();
    join();
    throw;
  }
  join();
}

void io_threads::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void io_threads::finish() {
  for (boost::asio::io_context* context : views_) context->stop();
}

}  // namespace eventmgr::assembly
