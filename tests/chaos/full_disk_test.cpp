#include "bench/wire/http_session.hpp"
#include "chaos/history.hpp"
#include "chaos/ledger.hpp"
#include "chaos/live_server.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace eventmgr::chaos {

namespace {

using nlohmann::json;

/// Publishes batches and keeps what was acknowledged.
class patient_publisher {
 public:
  explicit patient_publisher(const bench::endpoint& where) : session_(where) {}

  /// One batch; the status of its answer, whose body is then in `last_answer`.
  int publish() {
    json events = json::array();
    for (int i = 0; i < 100; ++i) {
      events.push_back({{"id", fmt::format("00000000-0000-4000-8000-{:012x}", ++made_)},
                        {"type", "chaos.sample.made"},
                        {"source", "chaos"},
                        {"payload", {{"note", std::string(400, 'n')}}}});
    }
    const auto answer = session_.post("/events/batch?atomic=true", events.dump());
    last_answer = json::parse(answer.body);
    if (answer.status == 200) {
      for (const auto& result : last_answer.at("results")) {
        told[result.at("eventId").get<std::string>()] = result.at("seq").get<std::uint64_t>();
      }
    }
    return answer.status;
  }

  /// Publishes until the answer is `wanted`; false if that takes more than `tries`.
  bool publish_until(int wanted, int tries, std::chrono::milliseconds between = {}) {
    for (; tries > 0; --tries) {
      if (publish() == wanted) return true;
      pause_for(between);
    }
    return false;
  }

  acknowledgements told;
  json last_answer;

 private:
  bench::http_session session_;
  std::uint64_t made_{0};
};

void set_file_size_limit(pid_t pid, rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  if (::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr) != 0) bench::throw_errno("prlimit");
}

std::uintmax_t largest_file(const std::string& folder) {
  std::uintmax_t largest = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) largest = std::max(largest, entry.file_size());
  }
  return largest;
}

/// A file system of its own in a mount namespace of its own, so that it goes with the thread whatever happens.
class small_filesystem {
 public:
  /// nullopt in `mounted` where that is not allowed.
  explicit small_filesystem(std::string folder) : folder_(std::move(folder)) {
    mounted_ = ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  ~small_filesystem() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  small_filesystem(const small_filesystem&) = delete;
  small_filesystem& operator=(const small_filesystem&) = delete;

  bool mounted() const noexcept { return mounted_; }

  void grow() const {
    if (::mount(nullptr, folder_.c_str(), nullptr, MS_REMOUNT, "size=256m") != 0) bench::throw_errno("remount");
  }

 private:
  std::string folder_;
  bool mounted_{false};
};

/// Fills the disk of a daemon that is ready to meet its end, makes room again, and checks what was promised.
void outlive_a_full_disk(live_server& server, const std::function<void()>& make_room) {
  patient_publisher publisher(server.address());

  REQUIRE(publisher.publish_until(503, 3000));
  INFO(server.log());
  CHECK(publisher.last_answer.at("error").at("code") == "store_unavailable");
  const auto kept = publisher.told;
  CHECK_FALSE(kept.empty());
  CHECK(publisher.publish() == 503);
  REQUIRE(server.running());
  CHECK(joined(faults_in(read_history(server.address()), kept)).empty());

  make_room();

  CHECK(publisher.publish_until(200, 1000, std::chrono::milliseconds(50)));
  CHECK(publisher.publish() == 200);
  const auto history = read_history(server.address());
  CHECK(joined(faults_in(history, publisher.told)).empty());
  // A batch that was refused left nothing behind.
  CHECK(history.size() == publisher.told.size());
}

}  // namespace

TEST_CASE("a file that may not grow is answered 503, outlived, and forgotten once it may") {
  const testing::temp_dir data(disk_folder());
  live_server server(data.path());
  REQUIRE(patient_publisher(server.address()).publish() == 200);
  server.terminate();
  server.start();
  const auto pid = server.pid();
  set_file_size_limit(pid, static_cast<rlim_t>(largest_file(data.path()) + (1U << 20U)));

  outlive_a_full_disk(server, [pid] { set_file_size_limit(pid, RLIM_INFINITY); });

  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

TEST_CASE("a full file system is answered 503, outlived, and forgotten once it has room") {
  const testing::temp_dir data(disk_folder());
  const small_filesystem disk(data.path());
  if (!disk.mounted()) {
    WARN("not checked: mounting a small file system needs root");
    SUCCEED();
    return;
  }
  live_server server(data.path());

  outlive_a_full_disk(server, [&] { disk.grow(); });

  CHECK(server.terminate() == 0);
  CHECK_THAT(faults_in_ledger(data.path()), Catch::Equals(""));
}

}  // namespace eventmgr::chaos
