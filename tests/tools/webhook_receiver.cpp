#include "tools/webhook_receiver.hpp"

#include "bench/wire/event_loop.hpp"
#include "bench/wire/http_head.hpp"
#include "bench/wire/http_listener.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace eventmgr::testing {
namespace {

using clock = std::chrono::steady_clock;
using connection = bench::http_listener::connection;
using namespace std::chrono_literals;

constexpr auto look_up = 20ms;
constexpr auto drip_pause = 100ms;

std::string_view without_query(std::string_view path) { return path.substr(0, path.find('?')); }

std::string bytes_of(const webhook_reply& reply) {
  std::string bytes = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  for (const auto& [name, value] : reply.headers) bytes.append(name).append(": ").append(value).append("\r\n");
  bytes.append("Content-Length: ").append(std::to_string(reply.body.size() + reply.filler)).append("\r\n\r\n");
  return bytes.append(reply.body);
}

}  // namespace

std::string webhook_request::header(std::string_view name) const {
  return std::string(bench::header_field(head, name));
}

class webhook_receiver::server {
 public:
  explicit server(std::uint16_t port)
      : listener_(
            loop_,
            [this](const std::shared_ptr<connection>& from, const bench::http_request& request) {
              take(from, request);
            },
            port),
        thread_([this] { run(); }) {}

  ~server() {
    stopping_ = true;
    thread_.join();
  }

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::uint16_t port() const noexcept { return listener_.port(); }

  void treat(std::string path, script how) {
    const std::lock_guard lock(mutex_);
    scripts_.insert_or_assign(std::move(path), std::move(how));
  }

  std::vector<webhook_request> requests(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(path);
    return found == requests_.end() ? std::vector<webhook_request>() : found->second;
  }

  std::size_t count(std::string_view path) const {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(path);
    return found == requests_.end() ? 0 : found->second.size();
  }

  void observe(std::function<void(const webhook_request&)> observer) {
    const std::lock_guard lock(mutex_);
    observer_ = std::move(observer);
  }

  void forget_requests() {
    const std::lock_guard lock(mutex_);
    keeps_ = false;
    requests_.clear();
  }

 private:
  void run() {
    while (!stopping_) {
      const auto next = timers_.empty() ? clock::time_point::max() : timers_.begin()->first;
      loop_.run_once(std::min(next, clock::now() + look_up));
      while (!timers_.empty() && timers_.begin()->first <= clock::now()) {
        const auto due = std::move(timers_.extract(timers_.begin()).mapped());
        due();
      }
    }
  }

  void take(const std::shared_ptr<connection>& from, const bench::http_request& raw) {
    webhook_request request{std::string(raw.target), std::string(raw.head), std::string(raw.body), clock::now()};
    const std::string path(without_query(request.path));
    script how;
    std::function<void(const webhook_request&)> observer;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = scripts_.find(path); found != scripts_.end()) how = found->second;
      observer = observer_;
    }
    const webhook_reply reply = how ? how(request) : reply_of_path(path).value_or(webhook_reply{.status = 404});
    if (observer) observer(request);
    {
      const std::lock_guard lock(mutex_);
      if (keeps_) requests_[path].push_back(std::move(request));
    }
    respond(from, reply);
  }

  void respond(const std::shared_ptr<connection>& to, const webhook_reply& reply) {
    if (reply.delay > 0ms) {
      webhook_reply later = reply;
      later.delay = 0ms;
      after(reply.delay, [this, weak = std::weak_ptr(to), later] {
        if (const auto still_there = weak.lock()) respond(still_there, later);
      });
      return;
    }
    switch (reply.how) {
      case webhook_reply::manner::answer:
        to->send(bytes_of(reply));
        to->send_filler(reply.filler);
        break;
      case webhook_reply::manner::hang:
        break;
      case webhook_reply::manner::reset:
        to->reset();
        break;
      case webhook_reply::manner::drip:
        to->send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        drip(to);
        break;
      case webhook_reply::manner::rubbish:
        to->send("\x16\x03\x01 this is no HTTP\r\n\r\n\r\n");
        break;
    }
  }

  void drip(const std::weak_ptr<connection>& to) {
    after(drip_pause, [this, to] {
      const auto still_there = to.lock();
      if (!still_there) return;
      still_there->send("x");
      drip(to);
    });
  }

  void after(std::chrono::milliseconds delay, std::function<void()> action) {
    timers_.emplace(clock::now() + delay, std::move(action));
  }

  mutable std::mutex mutex_;
  std::map<std::string, script, std::less<>> scripts_;
  std::map<std::string, std::vector<webhook_request>, std::less<>> requests_;
  std::function<void(const webhook_request&)> observer_;
  bool keeps_{true};

  std::multimap<clock::time_point, std::function<void()>> timers_;
  bench::event_loop loop_;
  bench::http_listener listener_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

webhook_receiver::webhook_receiver(std::uint16_t port) : server_(std::make_unique<server>(port)) {}
webhook_receiver::~webhook_receiver() = default;

std::uint16_t webhook_receiver::port() const noexcept { return server_->port(); }

std::string webhook_receiver::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
}

void webhook_receiver::treat(std::string path, script how) { server_->treat(std::move(path), std::move(how)); }

std::vector<webhook_request> webhook_receiver::requests(std::string_view path) const { return server_->requests(path); }

std::size_t webhook_receiver::count(std::string_view path) const { return server_->count(path); }

bool webhook_receiver::wait_for(std::string_view path, std::size_t count, std::chrono::milliseconds limit) const {
  const auto deadline = clock::now() + limit;
  while (server_->count(path) < count) {
    if (clock::now() >= deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

void webhook_receiver::observe(std::function<void(const webhook_request&)> observer) {
  server_->observe(std::move(observer));
}

void webhook_receiver::forget_requests() { server_->forget_requests(); }

}  // namespace eventmgr::testing
