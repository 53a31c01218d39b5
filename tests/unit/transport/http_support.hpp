#pragma once

#include "http_recorded_exchange.hpp"
#include "support/broker_fixture.hpp"
#include "transport/http/router.hpp"
#include "transport/http/routes.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::test {

/// The API over a broker whose time and threads are in the test's hand.
struct api_fixture {
  broker_fixture broker{};
  std::vector<std::string> origins{};
  std::shared_ptr<transport::api> calls{};

  std::shared_ptr<transport::api> make_api() {
    return std::make_shared<transport::api>(
        *broker.subject, event_limits{.max_event_bytes = 4096}, 5, std::make_shared<transport::retry_defaults>(),
        origins, [] { return std::string{"up 1\n"}; },
        [](boost::asio::ip::tcp::socket, const transport::http_request&, const std::string&) {});
  }

  outcome send(transport::http_request request) {
    outcome result;
    if (!calls) calls = make_api();
    transport::router routes{transport::api_routes(), calls};
    routes.handle(std::make_shared<recorded_exchange>(std::move(request), result));
    broker.settle();
    result.run_posted();
    return result;
  }

  outcome send(std::string_view method, std::string_view target, std::string body = {},
               std::string_view content_type = "application/json") {
    return send(make_request(method, target, std::move(body), content_type));
  }
};

}  // namespace eventmgr::test
