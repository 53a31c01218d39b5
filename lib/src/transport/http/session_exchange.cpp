#include "transport/http/session_exchange.hpp"

#include "transport/common/problem_json.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <ctime>
#include <utility>

namespace eventmgr::transport {

http_session::session_exchange::session_exchange(std::shared_ptr<http_session> session, response_queue::ticket ticket,
                                                 const request_facts& facts, http_request request)
    : exchange{std::move(request)}, session_{std::move(session)}, ticket_{ticket}, facts_{facts} {}

http_session::session_exchange::~session_exchange() {
  if (answered_) return;
  send(problem_response({.code = errc::internal, .message = "the request was given up"}, request().target));
}

void http_session::session_exchange::respond(http_response answer) {
  if (answered_.exchange(true)) return;
  send(std::move(answer));
}

void http_session::session_exchange::send(http_response answer) {
  for (const auto& [name, value] : common_headers()) answer.headers.add(name, value);
  boost::asio::dispatch(session_->executor_,
                        [session = session_, ticket = ticket_, answer = std::move(answer)]() mutable {
                          session->complete(ticket, std::move(answer));
                        });
}

std::shared_ptr<response_stream> http_session::session_exchange::stream(http_response head, stream_hooks hooks) {
  answered_ = true;
  for (const auto& [name, value] : common_headers()) head.headers.add(name, value);

  const stream_body::framing form{.chunked = facts_.http_1_1, .bodiless = facts_.is_head};
  // Weak, so that a writer that lets go late does not keep the connection.
  auto wake = [weak = std::weak_ptr{session_}, executor = session_->executor_,
               ticket = ticket_](std::shared_ptr<stream_body> body) {
    boost::asio::post(executor, [weak, ticket, body = std::move(body)]() mutable {
      if (const auto session = weak.lock()) {
        session->send_stream(ticket, std::move(body));
      } else {
        body->close();
      }
    });
  };
  auto body = std::make_shared<stream_body>(form, session_->host_->limits.stream_buffer_bytes, std::move(wake),
                                            std::move(hooks));
  // The session's cached date belongs to another thread.
  http_date clock;
  std::string text;
  append_stream_head(text, head, form.chunked, clock.at(std::time(nullptr)));
  body->start(text);
  return body;
}

bool http_session::session_exchange::hand_over(const upgrade_handler& to) {
  if (!facts_.wants_upgrade) return false;
  answered_ = true;
  session_->handover_ = handover{.to = to, .request = std::move(request())};
  return true;
}

void http_session::session_exchange::hold_others() {
  if (!answered_) session_->holding_ = ticket_;
}

void http_session::session_exchange::when_unwanted(std::function<void()> give_up) {
  if (!answered_) session_->await_answer(ticket_, std::move(give_up));
}

void http_session::session_exchange::post(std::function<void()> work) {
  boost::asio::post(session_->executor_, std::move(work));
}

}  // namespace eventmgr::transport
