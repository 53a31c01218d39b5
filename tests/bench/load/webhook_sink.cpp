#include "bench/load/webhook_sink.hpp"

#include <string_view>

namespace eventmgr::bench {

namespace {

constexpr std::string_view accepted = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string url_of(const http_listener& listener) {
  return "http://127.0.0.1:" + std::to_string(listener.port()) + "/";
}

}  // namespace

webhook_sink::webhook_sink(event_loop& loop, delivery_meter& meter)
    : meter_(meter),
      listener_(loop, [this](const std::shared_ptr<http_listener::connection>& from, const http_request& request) {
        ++requests_;
        from->send(accepted);
        if (request.head.find("x-eventmgr-replay:") != std::string_view::npos) {
          ++replays_;
        } else {
          meter_.take(request.body);
        }
      }) {}

std::string webhook_sink::url() const { return url_of(listener_); }

dead_endpoint::dead_endpoint(event_loop& loop)
    : listener_(loop, [this](const std::shared_ptr<http_listener::connection>&, const http_request&) { ++requests_; }) {
}

std::string dead_endpoint::url() const { return url_of(listener_); }

}  // namespace eventmgr::bench
