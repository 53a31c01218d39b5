#include "support/process.hpp"
#include "tls_server.hpp"

#include <eventmgr/client.hpp>

#include <catch2/catch.hpp>

using namespace eventmgr;
using namespace eventmgr::client;

namespace {

client_options options_for(const testing::tls_server& server, const std::string& host) {
  client_options options;
  options.url = "https://" + host + ":" + std::to_string(server.port());
  return options;
}

}  // namespace

TEST_CASE("a certificate is verified against the authorities that were named") {
  const testing::tls_server server;
  const testing::temp_dir dir;
  auto options = options_for(server, "localhost");
  options.ca_file = dir.write("ca.pem", server.certificate());
  broker_client broker{options};
  CHECK(broker.health().has_value());
  CHECK(broker.health().has_value());
}

TEST_CASE("a certificate of nobody known is not accepted") {
  const testing::tls_server server;
  broker_client broker{options_for(server, "localhost")};
  const auto answer = broker.health();
  REQUIRE(answer.has_error());
  CHECK(answer.error().code == errc::unreachable);
  CHECK(answer.error().message.find("certificate verify failed") != std::string::npos);
}

TEST_CASE("a certificate for another host is not accepted") {
  const testing::tls_server server;
  const testing::temp_dir dir;
  auto options = options_for(server, "127.0.0.1");
  options.ca_file = dir.write("ca.pem", server.certificate());
  broker_client broker{options};
  CHECK(broker.health().error().code == errc::unreachable);
}

TEST_CASE("authorities that cannot be read are refused at once") {
  client_options options;
  options.url = "https://localhost";
  options.ca_file = "/nonexistent/ca.pem";
  CHECK_THROWS_AS(broker_client{options}, error);
}
