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

void thread_executor::post_at(std::chrono::steady_clock::time_point when, std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    put_off_.emplace(when, std::move(work));
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
  while (auto work = next(lock)) {
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

std::function<void()> thread_executor::next(std::unique_lock<std::mutex>& lock) {
  while (true) {
    const bool due = !put_off_.empty() && (stopping_ || put_off_.begin()->first <= std::chrono::steady_clock::now());
    if (due) {
      queue_.push_back(std::move(put_off_.begin()->second));
      put_off_.erase(put_off_.begin());
    } else if (!queue_.empty()) {
      auto work = std::move(queue_.front());
      queue_.pop_front();
      // One that waits without an end must watch over what is left while this thread is at work.
      if (!queue_.empty() || !put_off_.empty()) ready_.notify_one();
      return work;
    } else if (stopping_) {
      return nullptr;
    } else if (put_off_.empty()) {
      ready_.wait(lock);
    } else {
      // A copy: another thread may take the entry away meanwhile.
      const auto until = put_off_.begin()->first;
      ready_.wait_until(lock, until);
    }
  }
}

}  // namespace eventmgr
