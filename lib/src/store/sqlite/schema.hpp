#pragma once

#include <string>

namespace eventmgr::sqlite {

class connection;

/// Makes a new database ready, or brings an old one up to date, each migration in a transaction of its own. Sets what
/// lasts in the file: page size, WAL mode, application id.
///
/// Throws `error` with `store_unavailable` where the file belongs to another program or needs a newer release of this
/// one, and `sqlite_failure`.
void prepare_schema(connection& writer, const std::string& path);

/// Checks that a database is one that this program reads as it stands. Throws as `prepare_schema` does, and where the
/// database has yet to be brought up to date.
void require_schema(connection& reader, const std::string& path);

}  // namespace eventmgr::sqlite
