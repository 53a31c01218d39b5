#pragma once

#include "broker/broker.hpp"
#include "codec/event_document.hpp"
#include "codec/json_redelivery_texts.hpp"
#include "codec/json_subscription_texts.hpp"
#include "runtime/asio_alarm.hpp"
#include "runtime/asio_executor.hpp"
#include "runtime/system_ports.hpp"
#include "runtime/thread_executor.hpp"

#include <eventmgr/settings.hpp>

#include <memory>
#include <string>

namespace eventmgr::assembly {

/// The directory for local files: what the settings say, else systemd's state directory, else
/// `$XDG_STATE_HOME/eventmgr`, else `~/.local/state/eventmgr`. Made, for this user only, if it is missing. Throws
/// `error` with `store_unavailable` if it cannot be made.
std::string prepare_data_dir(const settings& options);

/// The file of the embedded store that the settings name; its folder need not be there. Throws `error` with
/// `store_unavailable` where they name none.
std::string store_file(const settings& options);

/// The store that the settings name, opened. Throws `error` with `store_unavailable`.
std::unique_ptr<event_store> open_store(const settings& options);

/// A broker with its store and the threads it works on, but for the core's, which the owner runs.
class broker_host {
 public:
  /// Throws `error` with `store_unavailable`.
  broker_host(const settings& options, boost::asio::io_context& core);

  broker_host(const broker_host&) = delete;
  broker_host& operator=(const broker_host&) = delete;

  /// Nobody may run the core any more. Ends the threads and closes the store.
  ~broker_host();

  broker& get() noexcept { return *broker_; }
  executor& core() noexcept { return core_; }
  executor& handlers() noexcept { return handlers_; }
  const clock& time() const noexcept { return time_; }

 private:
  system_clock time_;
  system_probe probe_;
  codec::event_document_reader documents_;
  codec::json_subscription_texts texts_;
  codec::json_redelivery_texts redeliveries_;
  std::unique_ptr<event_store> store_;
  asio_executor core_;
  asio_alarm bell_;
  std::unique_ptr<channel_factory> channels_;
  std::unique_ptr<broker> broker_;
  // Below the broker, so that they end before it goes.
  thread_executor handlers_;
  thread_executor readers_;
  thread_executor queries_;
  thread_executor writer_;
  thread_executor background_;
};

}  // namespace eventmgr::assembly
