#include "store/sqlite/schema.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statement.hpp"

#include <eventmgr/error.hpp>

#include <array>
#include <cstdint>

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

constexpr std::array migrations{migration{1, 1, first_schema}};

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

}  // namespace

void prepare_schema(connection& writer, const std::string& path) {
  if (writer.query_integer("SELECT count(*) FROM sqlite_schema") == 0) initialise(writer);
  if (writer.query_integer("PRAGMA application_id") != application_id) {
    refuse(path + " is a database of another program");
  }
  const std::int64_t known = migrations.back().version;
  const std::int64_t found = writer.query_integer("SELECT value FROM meta WHERE name = 'schema_version'");
  const std::int64_t needed = writer.query_integer("SELECT value FROM meta WHERE name = 'min_reader'");
  if (needed > known) {
    refuse(path + " was written by a newer release: it needs schema version " + std::to_string(needed) +
           ", this program knows " + std::to_string(known));
  }
  for (const migration& step : migrations) {
    if (step.version <= found) continue;
    transaction change{writer, transaction::kind::write};
    writer.execute(step.sql);
    set_meta(writer, "schema_version", step.version);
    set_meta(writer, "min_reader", step.min_reader);
    change.commit();
  }
}

}  // namespace eventmgr::sqlite
