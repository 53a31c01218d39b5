#pragma once

#include "transport/http/exchange.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// A stream that keeps what is written, and refuses pieces while `room` is false.
class recorded_stream final : public transport::response_stream {
 public:
  std::string text{};
  bool room{true};
  bool finished{false};
  transport::stream_hooks hooks{};

  bool try_write(std::string_view prefix, std::string_view data, std::string_view suffix) override {
    if (!room || finished) return false;
    text.append(prefix).append(data).append(suffix);
    return true;
  }
  void write(std::string_view piece) override { text += piece; }
  void finish() override { finished = true; }
};

/// What became of one exchange.
struct outcome {
  std::optional<transport::http_response> answer{};
  std::optional<transport::http_response> head{};
  std::shared_ptr<recorded_stream> stream{};
  bool handed_over{false};
  bool holds_others{false};
  std::vector<std::function<void()>> posted{};
  std::function<void()> give_up{};

  void run_posted() {
    for (const auto& work : std::exchange(posted, {})) work();
  }
};

inline nlohmann::json body_of(const outcome& result) { return nlohmann::json::parse(result.answer->body); }

/// Of whatever a test asks for.
inline const std::string id = "0190a1b2-0000-7000-8000-000000000001";

/// An exchange without a connection.
class recorded_exchange final : public transport::exchange {
 public:
  recorded_exchange(transport::http_request request, outcome& into) : exchange{std::move(request)}, into_{into} {}

  void respond(transport::http_response answer) override {
    for (const auto& [name, value] : common_headers()) answer.headers.add(name, value);
    if (!into_.answer) into_.answer = std::move(answer);
  }
  std::shared_ptr<transport::response_stream> stream(transport::http_response head,
                                                     transport::stream_hooks hooks) override {
    into_.head = std::move(head);
    into_.stream = std::make_shared<recorded_stream>();
    into_.stream->hooks = std::move(hooks);
    return into_.stream;
  }
  bool hand_over(const transport::upgrade_handler&) override {
    const auto connection = request().headers.find("Connection").value_or("");
    into_.handed_over =
        request().method == "GET" && transport::header_fields::equal_ignoring_case(connection, "upgrade");
    return into_.handed_over;
  }
  void hold_others() override { into_.holds_others = true; }
  void when_unwanted(std::function<void()> give_up) override { into_.give_up = std::move(give_up); }
  void post(std::function<void()> work) override { into_.posted.push_back(std::move(work)); }

 private:
  outcome& into_;
};

inline transport::http_request make_request(std::string_view method, std::string_view target, std::string body = {},
                                            std::string_view content_type = "application/json") {
  transport::http_request request{.method = std::string{method}, .target = std::string{target}};
  if (!body.empty()) request.headers.add("Content-Type", content_type);
  request.body = std::move(body);
  request.body.reserve(request.body.size() + 64);
  return request;
}

inline std::string header(const outcome& result, std::string_view name) {
  return std::string{result.answer->headers.find(name).value_or("")};
}

}  // namespace eventmgr::test
