#include <eventmgr/client.hpp>

#include <iostream>

// remote URL: what a client says where nobody listens.
int main(int, char** argv) {
  eventmgr::client::broker_client client{{.url = argv[1]}};
  const auto answer = client.publish({.type = "project.created", .source = "consumer", .payload = "{}"});
  if (answer || answer.error().code != eventmgr::errc::unreachable) return 1;
  std::cout << "as expected, " << to_string(answer.error().code) << '\n';
}
