#pragma once

#include "broker/broker.hpp"
#include "broker/query_desk.hpp"
#include "broker/router.hpp"

#include <string>

namespace eventmgr {

/// Topics as users see them: what the store keeps, with the number of subscriptions that match now. Thread-safe;
/// replies come on the core's thread.
class topic_service {
 public:
  topic_service(event_store& store, const clock& time, broker_executors executors, query_desk& desk, router& routes)
      : store_{store}, time_{time}, executors_{executors}, desk_{desk}, routes_{routes} {}

  void list(std::string cursor, std::uint32_t limit, reply<topic_page> done);
  void find(topic_name topic, reply<topic_info> done);
  void declare(topic_declaration declaration, declare_mode mode, reply<broker::declared_topic> done);
  void undeclare(topic_name topic, reply<std::monostate> done);

 private:
  void count_subscribers(topic_info& info);

  event_store& store_;
  const clock& time_;
  broker_executors executors_;
  query_desk& desk_;
  router& routes_;
};

}  // namespace eventmgr
