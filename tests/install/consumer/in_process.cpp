#include <eventmgr/event_manager.hpp>

#include <future>
#include <iostream>

// in_process DIR: a broker in this process, an event published and seen.
int main(int, char** argv) {
  eventmgr::settings options;
  options.data_dir = argv[1];
  const auto broker = eventmgr::event_manager::open(options);
  std::promise<std::string> seen;
  broker
      ->subscribe({{eventmgr::topic_pattern::parse("project.#").value()}, {}},
                  [&](const eventmgr::event& event) {
                    seen.set_value(event.topic.str());
                    return eventmgr::handler_result{};
                  })
      .value();
  broker->publish({.type = "project.created", .source = "consumer", .payload = R"({"project":1})"}).value();
  std::cout << "saw " << seen.get_future().get() << '\n';
}
