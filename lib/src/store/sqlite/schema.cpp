#include "store/sqlite/schema.hpp"

#include "core/delivery/failure_fingerprint.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/statement.hpp"

#include <eventmgr/error.hpp>

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace eventmgr::sqlite {
namespace {

/// "EVMG", so that `file` and this program know the database.
constexpr std::int64_t application_id = 0x45564D47;

struct migration {
  std::int64_t version;     ///< what the schema is afterwards
  std::int64_t min_reader;  ///< the oldest schema version that a program may know and still use the result
  const char* sql;
};

// Large columns come last: a row's first page then holds everything that a scan looks at. Names are small integers, for
// each one is written to the row and to an index.
constexpr const char* first_schema = R"sql(
CREATE TABLE topics (
  key         INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  event_count INTEGER NOT NULL DEFAULT 0,  -- of events up to meta.counted_through
  last_event  INTEGER,                     -- received_at of the newest of these
  description TEXT NOT NULL DEFAULT '',
  declared_at INTEGER                      -- NULL: was only published to
);
CREATE TABLE types   (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE sources (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events (
  seq            INTEGER PRIMARY KEY,
  id             BLOB NOT NULL,     -- 16 bytes
  topic          INTEGER NOT NULL,  -- topics.key
  type           INTEGER NOT NULL,  -- types.key
  source         INTEGER NOT NULL,  -- sources.key
  priority       INTEGER NOT NULL,
  received_at    INTEGER NOT NULL,  -- milliseconds since 1970, as all times
  timestamp      INTEGER NOT NULL,
  expires_at     INTEGER,
  correlation_id BLOB,
  causation_id   BLOB,
  version        TEXT NOT NULL,
  ordering_key   TEXT,
  metadata       TEXT,
  payload        TEXT NOT NULL
);
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_topic ON events (topic, priority);  -- seq follows by itself
CREATE INDEX events_by_correlation ON events (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE TABLE probe (key INTEGER PRIMARY KEY, filler BLOB NOT NULL);  -- empty but while a full disk is tried
INSERT INTO meta VALUES ('counted_through', 0), ('openings', 0);

CREATE VIEW event_log AS
SELECT e.seq, 0 AS partition,
       lower(substr(hex(e.id), 1, 8) || '-' || substr(hex(e.id), 9, 4) || '-' || substr(hex(e.id), 13, 4) || '-' ||
             substr(hex(e.id), 17, 4) || '-' || substr(hex(e.id), 21)) AS id,
       ty.name AS type, s.name AS source, t.name AS topic, e.version,
       CASE e.priority WHEN 0 THEN 'CRITICAL' WHEN 1 THEN 'HIGH' WHEN 2 THEN 'NORMAL' ELSE 'LOW' END AS priority,
       e.payload, e.metadata,
       lower(substr(hex(e.correlation_id), 1, 8) || '-' || substr(hex(e.correlation_id), 9, 4) || '-' ||
             substr(hex(e.correlation_id), 13, 4) || '-' || substr(hex(e.correlation_id), 17, 4) || '-' ||
             nullif(substr(hex(e.correlation_id), 21), '')) AS correlation_id,
       lower(substr(hex(e.causation_id), 1, 8) || '-' || substr(hex(e.causation_id), 9, 4) || '-' ||
             substr(hex(e.causation_id), 13, 4) || '-' || substr(hex(e.causation_id), 17, 4) || '-' ||
             nullif(substr(hex(e.causation_id), 21), '')) AS causation_id,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.timestamp / 1000.0, 'unixepoch') AS timestamp,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.received_at / 1000.0, 'unixepoch') AS received_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', e.expires_at / 1000.0, 'unixepoch') AS expires_at,
       e.ordering_key
FROM events e JOIN topics t ON t.key = e.topic JOIN types ty ON ty.key = e.type JOIN sources s ON s.key = e.source;
)sql";

// A subscription is a small integer in every row that changes often. Dead letters name it by its id, for they outlive
// it; scheduled events spell their names out, for a topic that is only planned must not be listed.
constexpr const char* delivery_schema = R"sql(
CREATE TABLE subscriptions (
  key           INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE,  -- 16 bytes
  name          TEXT NOT NULL,
  status        INTEGER NOT NULL,      -- 0 active, 1 paused, 2 error
  status_reason TEXT,
  generation    INTEGER NOT NULL,
  revision      INTEGER NOT NULL,
  skip_through  TEXT,                  -- a position
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  definition    TEXT NOT NULL
);
CREATE TABLE subscription_revisions (
  subscription INTEGER NOT NULL,  -- subscriptions.key
  revision     INTEGER NOT NULL,
  generation   INTEGER NOT NULL,
  after        TEXT,              -- the position from which on it decides
  at           INTEGER NOT NULL,
  matching     TEXT NOT NULL,
  PRIMARY KEY (subscription, revision)
);
CREATE TABLE floors (
  subscription INTEGER NOT NULL,
  lane         INTEGER NOT NULL,
  floor        INTEGER NOT NULL,
  PRIMARY KEY (subscription, lane)
) WITHOUT ROWID;
CREATE TABLE ledger (
  subscription INTEGER NOT NULL,
  generation   INTEGER NOT NULL,
  block        INTEGER NOT NULL,  -- seq / 65536
  matched      INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  expired      INTEGER NOT NULL,
  dead         INTEGER NOT NULL,
  skipped      INTEGER NOT NULL,
  PRIMARY KEY (subscription, generation, block)
) WITHOUT ROWID;
CREATE TABLE deliveries (         -- exceptions: events that wait for their next attempt, or behind one that does
  subscription INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  lane         INTEGER NOT NULL,
  attempts     INTEGER NOT NULL,
  due          INTEGER NOT NULL,
  ordering     TEXT,
  PRIMARY KEY (subscription, seq)
) WITHOUT ROWID;
CREATE TABLE attempts (
  subscription INTEGER NOT NULL,
  number       INTEGER NOT NULL,  -- as they came
  seq          INTEGER NOT NULL,
  event        BLOB NOT NULL,
  attempt      INTEGER NOT NULL,  -- of this event, from 1
  at           INTEGER NOT NULL,
  duration     INTEGER NOT NULL,  -- milliseconds
  success      INTEGER NOT NULL,
  status       INTEGER NOT NULL,
  error        TEXT,
  metadata     TEXT,
  PRIMARY KEY (subscription, number)
) WITHOUT ROWID;
CREATE INDEX attempts_by_event ON attempts (subscription, seq);
CREATE TABLE dead_letter_events (
  key               INTEGER PRIMARY KEY,
  id                BLOB NOT NULL UNIQUE,
  subscription      BLOB NOT NULL,     -- subscriptions.id
  seq               INTEGER NOT NULL,
  event             BLOB NOT NULL,
  generation        INTEGER NOT NULL,  -- of the subscription
  lane              INTEGER NOT NULL,
  attempts          INTEGER NOT NULL,
  failed_at         INTEGER NOT NULL,
  state             INTEGER NOT NULL,  -- 0 open, 1 delivered, 2 discarded
  subscription_name TEXT NOT NULL,
  reason            TEXT NOT NULL
);
CREATE UNIQUE INDEX dead_letters_by_event ON dead_letter_events (subscription, seq);
CREATE INDEX dead_letters_by_time ON dead_letter_events (state, failed_at, id);
CREATE TABLE scheduled_events (
  key            INTEGER PRIMARY KEY,  -- as they came
  id             BLOB NOT NULL UNIQUE,
  due            INTEGER NOT NULL,
  priority       INTEGER NOT NULL,
  timestamp      INTEGER NOT NULL,
  expires_at     INTEGER,
  correlation_id BLOB,
  causation_id   BLOB,
  topic          TEXT NOT NULL,
  type           TEXT NOT NULL,
  source         TEXT NOT NULL,
  version        TEXT NOT NULL,
  ordering_key   TEXT,
  metadata       TEXT,
  payload        TEXT NOT NULL
);
CREATE INDEX scheduled_by_due ON scheduled_events (due);  -- key follows by itself
INSERT INTO meta VALUES ('change_number', 0);  -- of the newest commit that did more than append
)sql";

// Fingerprints are filled in afterwards, wherever one is missing: a program that does not know them may write to the
// file again.
constexpr const char* redelivery_schema = R"sql(
ALTER TABLE dead_letter_events ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;  -- by the ledger
ALTER TABLE dead_letter_events ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
CREATE INDEX dead_letters_by_failure ON dead_letter_events (state, fingerprint, failed_at, id);
CREATE TABLE redeliveries (
  id         BLOB NOT NULL,     -- 16 bytes
  kind       INTEGER NOT NULL,  -- 0 requeue, 1 replay
  state      INTEGER NOT NULL,  -- 0 started, 1 running, 2 completed, 3 stopped, 4 cancelled, 5 failed
  total      INTEGER NOT NULL,
  delivered  INTEGER NOT NULL,
  failed     INTEGER NOT NULL,
  skipped    INTEGER NOT NULL,
  forgiven   INTEGER NOT NULL,  -- of failed: before it was last resumed
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  after      TEXT,              -- positions, of a replay
  through    TEXT,
  reason     TEXT,
  request    TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX redeliveries_by_time ON redeliveries (kind, created_at, id);
CREATE TABLE replay_progress (
  replay            BLOB NOT NULL,     -- redeliveries.id
  subscription      BLOB NOT NULL,     -- subscriptions.id, which may be gone
  passed            INTEGER NOT NULL,
  delivered         INTEGER NOT NULL,
  failed            INTEGER NOT NULL,
  done              INTEGER NOT NULL,
  floor             TEXT,              -- a position
  subscription_name TEXT NOT NULL,
  PRIMARY KEY (replay, subscription)
) WITHOUT ROWID;
)sql";

// What an event has led to is found by this; an event that names no cause pays nothing for it.
constexpr const char* causation_schema = R"sql(
CREATE INDEX events_by_causation ON events (causation_id) WHERE causation_id IS NOT NULL;
)sql";

// What older releases wrote counts as live, for they kept no word of it.
constexpr const char* origin_schema = R"sql(
ALTER TABLE attempts ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;  -- 0 live, 1 requeue, 2 replay
)sql";

// Counted by the file itself, so that a program that does not know of it counts too. A dead letter that is replaced was
// counted when it was made; whatever takes one away for good must take it off here.
constexpr const char* proof_schema = R"sql(
CREATE TABLE dead_letter_totals (
  subscription BLOB PRIMARY KEY,  -- subscriptions.id, which may be gone
  kept         INTEGER NOT NULL   -- dead letters that there must be
) WITHOUT ROWID;
INSERT INTO dead_letter_totals SELECT subscription, count(*) FROM dead_letter_events GROUP BY subscription;
CREATE TRIGGER dead_letters_counted AFTER INSERT ON dead_letter_events BEGIN
  INSERT INTO dead_letter_totals VALUES (new.subscription, 1) ON CONFLICT (subscription) DO UPDATE SET kept = kept + 1;
END;
)sql";

// What an attempt of a requeue or a replay was made for; of those that older releases wrote it is not known.
constexpr const char* redelivered_schema = R"sql(
ALTER TABLE attempts ADD COLUMN redelivery BLOB;  -- redeliveries.id, which may be gone
)sql";

// A program that knows only the first schema delivers nothing and fires nothing, but does no harm: what it appends is
// found when the subscriptions catch up. One that knows the second lets plans and replays rest.
constexpr std::array migrations{migration{1, 1, first_schema},      migration{2, 1, delivery_schema},
                                migration{3, 1, redelivery_schema}, migration{4, 1, causation_schema},
                                migration{5, 1, origin_schema},     migration{6, 1, proof_schema},
                                migration{7, 1, redelivered_schema}};

void answer_fingerprint(sqlite3_context* call, int /*count*/, sqlite3_value** arguments) noexcept {
  try {
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
    const std::string print =
        failure_fingerprint(bytes == nullptr ? std::string_view{} : std::string_view{bytes, size});
    sqlite3_result_text64(call, print.data(), print.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(call);
  }
}

/// Gives the dead letters of older releases their fingerprints.
void fill_fingerprints(connection& writer) {
  constexpr const char* name = "eventmgr_fingerprint";
  constexpr int kind = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  const int outcome = sqlite3_create_function_v2(writer.handle(), name, 1, kind, nullptr, &answer_fingerprint, nullptr,
                                                 nullptr, nullptr);
  if (outcome != SQLITE_OK) throw sqlite_failure{writer.handle(), outcome};
  writer.execute(
      "UPDATE dead_letter_events SET fingerprint = eventmgr_fingerprint(reason) "
      "WHERE state IN (0, 1, 2) AND fingerprint = ''");
}

[[noreturn]] void refuse(std::string message) { throw error{{errc::store_unavailable, std::move(message)}}; }

void set_meta(connection& writer, std::string_view name, std::int64_t value) {
  statement set{writer, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
  set.bind(1, name);
  set.bind(2, value);
  set.run();
}

/// Gives an empty file what has to be set before its first table.
void initialise(connection& writer) {
  writer.execute("PRAGMA page_size = 4096");
  writer.execute("PRAGMA journal_mode = WAL");
  transaction change{writer, transaction::kind::write};
  const std::string mark = "PRAGMA application_id = " + std::to_string(application_id);
  writer.execute(mark.c_str());
  writer.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");
  set_meta(writer, "schema_version", 0);
  set_meta(writer, "min_reader", 0);
  change.commit();
}

/// The version of the schema, where this program may read it.
std::int64_t version_of(connection& database, const std::string& path) {
  if (database.query_integer("PRAGMA application_id") != application_id) {
    refuse(path + " is a database of another program");
  }
  const std::int64_t known = migrations.back().version;
  const std::int64_t needed = database.query_integer("SELECT value FROM meta WHERE name = 'min_reader'");
  if (needed > known) {
    refuse(path + " was written by a newer release: it needs schema version " + std::to_string(needed) +
           ", this program knows " + std::to_string(known));
  }
  return database.query_integer("SELECT value FROM meta WHERE name = 'schema_version'");
}

}  // namespace

void prepare_schema(connection& writer, const std::string& path) {
  if (writer.query_integer("SELECT count(*) FROM sqlite_schema") == 0) initialise(writer);
  const std::int64_t found = version_of(writer, path);
  for (const migration& step : migrations) {
    if (step.version <= found) continue;
    transaction change{writer, transaction::kind::write};
    writer.execute(step.sql);
    set_meta(writer, "schema_version", step.version);
    set_meta(writer, "min_reader", step.min_reader);
    change.commit();
  }
  fill_fingerprints(writer);
}

void require_schema(connection& reader, const std::string& path) {
  if (version_of(reader, path) < migrations.back().version) {
    refuse(path + " was written by an older release: start eventmgrd on it once, which brings it up to date");
  }
}

}  // namespace eventmgr::sqlite
