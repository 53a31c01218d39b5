#include "runtime/thread_executor.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace eventmgr {

namespace {

constexpr int background_nice = 10;

}  // namespace

thread_executor::thread_executor(const std::string& name, std::size_t threads, thread_rank rank) {
  // Signals belong to the thread that waits for them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 0; i < threads; ++i) {
    pthread_setname_np(threads_.emplace_back([this, rank] { run(rank); }).native_handle(), name.substr(0, 15).c_str());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

thread_executor::~thread_executor() { stop(); }

void thread_executor::post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
}

void thread_executor::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void thread_executor::run(thread_rank rank) {
  // Of this thread only, as Linux has it. Where it is refused, the work is done all the same.
  if (rank == thread_rank::background) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), background_nice);
  std::unique_lock lock{mutex_};
  while (true) {
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace eventmgr
