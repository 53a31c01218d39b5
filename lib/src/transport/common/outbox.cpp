#include "transport/common/outbox.hpp"

#include <initializer_list>
#include <utility>

namespace eventmgr::transport {

outbox::outbox(std::size_t capacity, std::function<void()> wake, std::function<void()> drained)
    : capacity_{capacity}, wake_{std::move(wake)}, drained_{std::move(drained)} {}

bool outbox::try_append(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();

  bool was_idle = false;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return false;
    if (!waiting_.empty() && waiting_.size() + size > capacity_) {
      refused_ = true;
      return false;
    }
    for (const std::string_view part : parts) waiting_.append(part);
    was_idle = !std::exchange(flushing_, true);
  }
  // Outside the lock: a wake that runs the flush at once, on this thread, would otherwise wait for itself.
  if (was_idle) wake_();
  return true;
}

void outbox::append(std::string_view bytes) {
  bool was_idle = false;
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    waiting_.append(bytes);
    was_idle = !std::exchange(flushing_, true);
  }
  if (was_idle) wake_();
}

bool outbox::take(std::string& into) {
  into.clear();
  bool notify = false;
  bool taken = false;
  {
    const std::lock_guard lock{mutex_};
    notify = std::exchange(refused_, false);
    if (waiting_.empty()) {
      flushing_ = false;
    } else {
      waiting_.swap(into);
      taken = true;
    }
  }
  if (notify && drained_) drained_();
  return taken;
}

void outbox::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
}

}  // namespace eventmgr::transport
