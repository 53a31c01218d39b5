#include "assembly/broker_host.hpp"

#include "config/config.hpp"
#include "delivery/channel_factory.hpp"
#include "eventmgr_version.hpp"
#include "store/sqlite/sqlite_event_store.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace eventmgr::assembly {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr const char* store_name = "events.db";

// Two of each, so that one long piece of work does not hold up the rest.
constexpr std::size_t reader_threads = 2;
constexpr std::size_t query_threads = 2;
// A connection for each that reads, and one for the writer, who looks topics up.
constexpr std::uint32_t store_readers = reader_threads + query_threads + 1;
constexpr std::size_t handler_threads = 4;

delivery::channel_factory_options channel_options() {
  delivery::channel_factory_options made;
  made.webhook.user_agent = "eventmgr/" + std::string{version};
  return made;
}

std::filesystem::path find_data_dir(const settings& options) {
  std::filesystem::path dir = config::data_directory(options, config::process_environment());
  if (dir.empty()) {
    throw error{{.code = errc::store_unavailable,
                 .message = "no data directory: give --data-dir, or set XDG_STATE_HOME or HOME"}};
  }
  return dir;
}

/// What the store holds may be what the broker cannot read; people look for the file then.
error in_file(const std::string& path, failure why) {
  if (why.message.find(path) == std::string::npos) why.message.insert(0, path + ": ");
  return error{std::move(why)};
}

/// Of a URL for SQLite; empty: in the data directory.
std::string path_in_url(const settings& options) {
  const std::string& url = options.database.url;
  if (!url.starts_with(sqlite_scheme)) {
    throw error{
        {.code = errc::store_unavailable,
         .message = "database.url: \"" + url + "\" is not supported by this release; use sqlite: or sqlite:PATH"}};
  }
  return url.substr(sqlite_scheme.size());
}

}  // namespace

std::string prepare_data_dir(const settings& options) {
  const std::filesystem::path dir = find_data_dir(options);
  std::error_code failed;
  const bool made = std::filesystem::create_directories(dir, failed);
  if (made && !failed) std::filesystem::permissions(dir, std::filesystem::perms::owner_all, failed);
  if (failed) {
    throw error{{.code = errc::store_unavailable,
                 .message = "cannot make the data directory " + dir.string() + ": " + failed.message()}};
  }
  return dir.string();
}

std::string store_file(const settings& options) {
  const std::string path = path_in_url(options);
  return path.empty() ? (find_data_dir(options) / store_name).string() : path;
}

std::unique_ptr<event_store> open_store(const settings& options) {
  if (path_in_url(options).empty()) prepare_data_dir(options);
  return make_sqlite_event_store(
      {.path = store_file(options), .query_timeout = options.database.query_timeout, .readers = store_readers});
}

broker_host::broker_host(const settings& options, boost::asio::io_context& core)
    : store_{open_store(options)},
      core_{core},
      bell_{core},
      channels_{delivery::make_channel_factory(core_, time_, channel_options())},
      broker_{nullptr},
      handlers_{"em-handler", handler_threads},
      readers_{"em-reader", reader_threads},
      queries_{"em-query", query_threads},
      writer_{"em-writer", 1},
      background_{"em-background", 1, thread_rank::background} {
  try {
    broker_ = broker::make(
        {.store = *store_,
         .time = time_,
         .process = probe_,
         .documents = documents_,
         .texts = texts_,
         .redeliveries = redeliveries_,
         .channels = *channels_,
         .bell = bell_},
        {.core = core_, .writer = writer_, .readers = readers_, .queries = queries_, .background = background_},
        {.queue_events = options.queue.max_size,
         .queue_bytes = options.queue.max_bytes,
         .ring_events = options.queue.max_size,
         .ring_bytes = options.queue.max_bytes,
         .read_batch = options.queue.batch_size,
         .query_patience = options.database.query_timeout,
         .version = version});
  } catch (const error& refused) {
    throw in_file(store_file(options), refused.reason());
  }
}

broker_host::~broker_host() {
  handlers_.stop();
  background_.stop();
  writer_.stop();
  queries_.stop();
  readers_.stop();
  // Its channels are closed with it, before the threads on which they live.
  broker_.reset();
  channels_.reset();
}

}  // namespace eventmgr::assembly
