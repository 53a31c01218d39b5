#include "delivery/webhook/webhook_client.hpp"

#include "delivery/common/settlement_box.hpp"

#include <utility>

namespace eventmgr::delivery {

webhook_client::webhook_client(delivery_io& io, const webhook_client_options& options)
    : io_{io}, options_{options}, idle_{options.idle}, orders_{io.worker(), [this](auto orders) { take(orders); }} {}

webhook_client::~webhook_client() = default;

void webhook_client::deliver(std::shared_ptr<webhook_line> line, std::vector<outgoing_event> events) {
  orders_.put({std::move(line), std::move(events)});
}

void webhook_client::cancel(std::shared_ptr<webhook_line> line) { orders_.put({std::move(line), {}}); }

void webhook_client::take(std::span<order> orders) {
  for (auto& each : orders) {
    if (each.events.empty()) {
      cancel_now(*each.line);
    } else {
      start(each);
    }
  }
}

void webhook_client::start(order& wanted) {
  auto* connection = idle_.take(wanted.line->to.origin);
  if (connection == nullptr) {
    webhook_connection::owner& self = *this;
    connection = connections_.emplace_back(std::make_unique<webhook_connection>(io_, options_.limits, self)).get();
    connection->place = connections_.size() - 1;
  }
  connection->deliver(std::move(wanted.line), std::move(wanted.events));
}

void webhook_client::cancel_now(const webhook_line& line) {
  for (std::size_t i = connections_.size(); i > 0; --i) {
    if (connections_[i - 1]->line() == &line) retire(*connections_[i - 1]);
  }
}

void webhook_client::retire(webhook_connection& connection) {
  connection.stop();
  const auto place = connection.place;
  std::swap(connections_[place], connections_.back());
  connections_[place]->place = place;
  // Destroyed in a turn of its own, behind its callbacks: the one that runs, and those that are queued already.
  io_.worker().post([gone = std::shared_ptr{std::move(connections_.back())}] {});
  connections_.pop_back();
}

void webhook_client::delivered(webhook_connection& connection, std::vector<delivery_result> results, bool reusable) {
  io_.settlements().put(connection.line()->target, results);
  if (reusable && idle_.put(connection.origin(), connection)) {
    connection.rest(options_.idle_time);
  } else {
    retire(connection);
  }
}

void webhook_client::ended(webhook_connection& connection) {
  idle_.remove(connection.origin(), connection);
  retire(connection);
}

}  // namespace eventmgr::delivery
