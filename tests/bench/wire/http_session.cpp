#include "bench/wire/http_session.hpp"

#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace eventmgr::bench {

std::string http_call(std::string_view method, std::string_view target, std::string_view authority,
                      std::string_view json) {
  std::string request(method);
  request.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(authority);
  if (!json.empty()) request.append("\r\nContent-Type: application/json");
  if (method != "GET") request.append("\r\nContent-Length: ").append(std::to_string(json.size()));
  return request.append("\r\n\r\n").append(json);
}

http_session::http_session(const endpoint& where, std::chrono::milliseconds limit)
    : authority_(where.authority()), fd_(connect_to(where)) {
  set_timeouts(fd_.get(), limit);
}

http_answer http_session::get(std::string_view target) { return call("GET", target); }

http_answer http_session::post(std::string_view target, std::string_view json) { return call("POST", target, json); }

http_answer http_session::call(std::string_view method, std::string_view target, std::string_view json) {
  return exchange(http_call(method, target, authority_, json));
}

http_answer http_session::exchange(std::string_view request) {
  write_all(fd_.get(), request);
  for (;;) {
    if (const auto answer = reader_.next()) return *answer;
    reader_.received(read_some(fd_.get(), reader_.space()));
  }
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("send");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::size_t read_some(int fd, std::span<char> into) {
  for (;;) {
    const auto count = ::recv(fd, into.data(), into.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("recv");
    if (count == 0) throw std::runtime_error("the server closed the connection");
    return static_cast<std::size_t>(count);
  }
}

std::uint64_t newest_offset(const endpoint& where) {
  http_session session(where);
  const auto answer = session.get("/events?limit=1&order=desc");
  if (answer.status != 200) throw std::runtime_error("GET /events: " + std::string(answer.body));
  const auto page = nlohmann::json::parse(answer.body);
  const auto& events = page.at("events");
  return events.empty() ? 0 : events.front().at("seq").get<std::uint64_t>();
}

}  // namespace eventmgr::bench
