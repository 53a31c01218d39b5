#include "store/sqlite/history_filter.hpp"

#include "store/sqlite/reader.hpp"

namespace eventmgr::sqlite {
namespace {

constexpr int type_parameter = 10;
constexpr int source_parameter = 11;
constexpr int priority_parameter = 12;
constexpr int project_parameter = 13;
constexpr int user_parameter = 14;
constexpr int tag_parameter = 15;

}  // namespace

history_filter::history_filter(reader& from, const event_query& query) : query_{query} {
  if (query.type) {
    type_ = from.types().key_of(*query.type);
    impossible_ = impossible_ || type_ == 0;
    sql_ += " AND type = ?10";
  }
  if (query.source) {
    source_ = from.sources().key_of(*query.source);
    impossible_ = impossible_ || source_ == 0;
    sql_ += " AND source = ?11";
  }
  if (query.priority) sql_ += " AND priority = ?12";
  // Metadata is stored as sent, so either spelling may be there.
  if (query.project_id) sql_ += " AND coalesce(metadata ->> '$.projectId', metadata ->> '$.project_id') = ?13";
  if (query.user_id) sql_ += " AND coalesce(metadata ->> '$.userId', metadata ->> '$.user_id') = ?14";
  if (query.tag) sql_ += " AND EXISTS (SELECT 1 FROM json_each(metadata, '$.tags') WHERE value = ?15)";
}

void history_filter::bind(statement& to) const {
  if (query_.type) to.bind(type_parameter, type_);
  if (query_.source) to.bind(source_parameter, source_);
  if (query_.priority) to.bind(priority_parameter, static_cast<std::int64_t>(*query_.priority));
  if (query_.project_id) to.bind(project_parameter, std::string_view{*query_.project_id});
  if (query_.user_id) to.bind(user_parameter, std::string_view{*query_.user_id});
  if (query_.tag) to.bind(tag_parameter, std::string_view{*query_.tag});
}

}  // namespace eventmgr::sqlite
