#pragma once

#include "transport/http/http_session.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace eventmgr::transport {

/// The exchange of one request of an `http_session`.
class http_session::session_exchange final : public exchange {
 public:
  session_exchange(std::shared_ptr<http_session> session, response_queue::ticket ticket, const request_facts& facts,
                   http_request request);
  ~session_exchange() override;

  void respond(http_response answer) override;
  std::shared_ptr<response_stream> stream(http_response head, stream_hooks hooks) override;
  bool hand_over(const upgrade_handler& to) override;
  void hold_others() override;
  void when_unwanted(std::function<void()> give_up) override;
  void post(std::function<void()> work) override;

 private:
  void send(http_response answer);

  const std::shared_ptr<http_session> session_;
  const response_queue::ticket ticket_;
  const request_facts facts_;
  std::atomic<bool> answered_{false};
};

}  // namespace eventmgr::transport
