#pragma once

#include <eventmgr/client_consumer.hpp>
#include <eventmgr/client_dead_letters.hpp>
#include <eventmgr/client_explain.hpp>
#include <eventmgr/client_records.hpp>
#include <eventmgr/client_replay.hpp>
#include <eventmgr/client_subscriptions.hpp>
#include <eventmgr/client_tail.hpp>
#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/event_manager.hpp>
#include <eventmgr/export.hpp>
#include <eventmgr/health.hpp>
#include <eventmgr/interrupt.hpp>
#include <eventmgr/proof.hpp>
#include <eventmgr/query.hpp>
#include <eventmgr/topic_info.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::client {

struct client_options {
  std::string url{"http://127.0.0.1:3004"};  ///< http or https, with an optional path that the API's paths follow
  std::string token{};                       ///< sent as a bearer token; empty: none
  std::string ca_file{};                     ///< PEM, trusted instead of the system's authorities; empty: those
  std::string user_agent{"eventmgr-client"};
  /// TCP and TLS together. A name is looked up before, and takes as long as the system's resolver does.
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds request_timeout{30000};  ///< from sending a request to the last byte of its answer
  std::uint64_t max_answer_bytes{256ULL << 20U};
  std::shared_ptr<interrupt> stop{};  ///< may be null; raising it makes calls fail with `unreachable`
};

/// How a batch is spelt.
enum class batch_body : std::uint8_t {
  json,    ///< `{"events":[...]}` or an array
  ndjson,  ///< an event a line
};

/// Results in the order of the request.
struct batch_receipt {
  std::vector<result<publish_receipt>> results{};
  std::size_t failed{0};
};

struct health_answer {
  health_state state{health_state::healthy};
  std::string json{};
};

/// Reads an event as the daemon writes it. Fails with `malformed_json` or `invalid_event`.
EVENTMGR_API result<event> parse_event(std::string_view json);

/// A connection to a daemon, kept open between calls. Calls block; one at a time, from any thread.
///
/// Every call fails with what the daemon answered, or with `unreachable` when there was no answer (a name that does not
/// resolve, a refused or lost connection, TLS that cannot be verified, a passed deadline, an answer that is no HTTP or
/// too large, an interrupt). Whether an event was stored is then not known; publishing it again under the same id is
/// safe.
class EVENTMGR_API broker_client {
 public:
  /// Connects with the first call. Throws `error` with `invalid_request` if the URL is none, or a certificate file
  /// cannot be read.
  explicit broker_client(client_options options);
  broker_client(broker_client&&) noexcept;
  broker_client& operator=(broker_client&&) noexcept;
  ~broker_client();

  /// Gives the event an id if it has none, so that the call can be, and once is, repeated on a lost connection.
  /// The receipt of an event with `deliver_at` has offset 0 until it is due.
  result<publish_receipt> publish(event_in input);

  /// As `publish`, and waits, so long (1 to 60 s), for what the durable subscriptions do with it. Sent once more after
  /// a lost connection it is a duplicate: then what is known is answered at once.
  result<delivery_receipt> publish_and_wait(event_in input, std::chrono::seconds wait);

  /// As `publish`, of an event's JSON text. Only sent once.
  result<publish_receipt> publish_json(std::string_view text);

  /// Publishes many at once. Fails as a whole where the daemon refuses the request, or any event if all or none.
  result<batch_receipt> publish_batch(std::string_view body, batch_body format, atomicity mode = atomicity::each);

  result<std::string> get_event(event_id id);
  result<json_page> query(const event_query& selection);

  /// Topics by name, from `cursor` (empty: from the start). `limit` is 1 to 1000.
  result<json_page> list_topics(std::string_view cursor = {}, std::uint32_t limit = 1000);
  result<std::string> get_topic(const topic_name& topic);
  /// `conflict` if it is declared already.
  result<std::string> declare_topic(const topic_declaration& declaration);
  result<void> delete_topic(const topic_name& topic);

  /// What the daemon says of itself, also when that is "unhealthy".
  result<health_answer> health();

  /// The figures of the daemon as JSON.
  result<std::string> metrics();

  /// The ledger proof as JSON, as the daemon sends it; its member `ok` says whether all is sound. The daemon gives it
  /// up when this call ends before, as it does by an interrupt or after `patience`.
  result<std::string> verify(std::chrono::milliseconds patience = std::chrono::hours{24});

  /// How far the proof that runs has come.
  result<proof_progress> verification();

  /// Runs a tail on a connection of its own until the handler stops it or the interrupt is raised (success), or until
  /// it cannot go on: nobody answers at the first attempt, the daemon refuses, or the connection is lost and
  /// `reconnect` is off.
  result<void> tail(const tail_options& options, tail_handler& handler);

  /// Attaches to a durable subscription on a connection of its own, under the same terms. When it ends, what the
  /// handler has judged is said to the daemon, also after an interrupt, and the rest is given back.
  result<void> consume(const consume_options& options, consumer_handler& handler);

  subscription_client subscriptions();
  explain_client explanations();
  dead_letter_client dead_letters();
  replay_client replays();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace eventmgr::client
