#pragma once

#include "store/sqlite/failure.hpp"
#include "store/sqlite/reader.hpp"
#include "store/sqlite/trouble_board.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace eventmgr::sqlite {

/// A bounded number of readers, opened when first needed. A read that finds none free waits for one. Thread-safe.
class reader_pool {
 public:
  /// While it lives no read begins.
  class pause {
   public:
    pause(reader_pool& pool, bool quiet) noexcept : pool_{pool}, quiet_{quiet} {}
    ~pause() { pool_.resume(); }
    pause(const pause&) = delete;
    pause& operator=(const pause&) = delete;

    /// Whether no read is under way.
    bool quiet() const noexcept { return quiet_; }

   private:
    reader_pool& pool_;
    const bool quiet_;
  };

  reader_pool(std::string path, std::uint32_t size, std::chrono::milliseconds timeout, const topic_directory& topics,
              trouble_board& troubles);

  /// Lets no new read begin, and waits for those under way, but no longer than `patience`. One pause at a time.
  [[nodiscard]] pause quiesce(std::chrono::milliseconds patience);

  /// Closes the connections; no read may be under way.
  void close();

  /// Runs `work(reader&)` in a read transaction, so that all of it sees one state of the store. Throws `error` with
  /// `store_unavailable` if no reader gets free in time, the work takes longer than the timeout, or the file cannot be
  /// read; the last is also noted as a trouble.
  template <class Work>
  auto run(Work work) {
    return run(std::move(work), connection::clock::now() + timeout_);
  }

  /// As `run`, but the work may take as long as it takes: without it the program cannot start.
  template <class Work>
  auto run_to_end(Work work) {
    return run(std::move(work), connection::clock::time_point::max());
  }

 private:
  template <class Work>
  auto run(Work work, connection::clock::time_point deadline) {
    lease borrowed{*this, deadline};
    try {
      transaction snapshot{borrowed.get().database(), transaction::kind::read};
      auto answer = work(borrowed.get());
      snapshot.commit();
      troubles_.clear(activity::reading);
      return answer;
    } catch (const sqlite_failure& cause) {
      fail(borrowed, cause);
    }
  }

  /// A reader for the length of one read.
  class lease {
   public:
    lease(reader_pool& pool, connection::clock::time_point deadline);
    ~lease();
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;

    reader& get() noexcept { return *reader_; }
    /// Closes the reader instead of giving it back.
    void discard() noexcept { reader_.reset(); }

   private:
    reader_pool& pool_;
    std::unique_ptr<reader> reader_;
  };

  std::unique_ptr<reader> acquire(connection::clock::time_point deadline);
  void give_back(std::unique_ptr<reader> used) noexcept;
  void resume();
  [[noreturn]] void fail(lease& borrowed, const sqlite_failure& cause);

  const std::string path_;
  const std::uint32_t size_;
  const std::chrono::milliseconds timeout_;
  const topic_directory& topics_;
  trouble_board& troubles_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<reader>> idle_;
  std::uint32_t lent_{0};
  bool paused_{false};
};

}  // namespace eventmgr::sqlite
