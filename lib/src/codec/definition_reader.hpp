#pragma once

#include "codec/options_reader.hpp"
#include "codec/subscription_codec.hpp"
#include "codec/value_reader.hpp"
#include "core/name_table.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::codec {

enum class definition_member : std::uint8_t {
  name,
  topic,
  channel,
  connection_type,  ///< the same as `channel`
  endpoint,
  filter,
  options,
  description,
  old_secret,  ///< of the store's form only
};
inline constexpr name_table<definition_member, 9> definition_names{
    {"name", "topic", "channel", "connectionType", "endpoint", "filter", "options", "description", "oldSecret"}};

/// Where a definition comes from, and so how it is read.
enum class definition_source : std::uint8_t {
  client,  ///< everything is checked
  change,  ///< of one that exists: as a client's, but its channel may be `callback`
  store,   ///< additions of later releases are passed over, the filter is kept as it stands
};

/// Reads the members of a definition, each at most once and in any order, and puts them together. Values are compact,
/// valid JSON.
class definition_reader {
 public:
  definition_reader(definition_source source, const definition_defaults& defaults);
  definition_reader(const definition_reader&) = delete;
  definition_reader& operator=(const definition_reader&) = delete;

  /// All of an object. It must have a topic.
  void read(std::string_view object);

  void read_name(std::string_view value, const std::string& pointer);
  void read_topics(std::string_view value, const std::string& pointer);
  void read_filter(std::string_view value, const std::string& pointer);
  void read_options(std::string_view value, const std::string& pointer) { options_.read(value, pointer); }
  void read_start(std::string_view value, const std::string& pointer) { options_.read_start(value, pointer); }
  void take_channel(channel_kind channel) { channel_ = channel; }

  /// The definition, or every fault that was found. To be called once.
  result<subscription_definition> finish();

 private:
  void read_member(definition_member which, std::string_view value, const std::string& pointer);
  void read_channel(std::string_view value, const std::string& pointer);
  void read_endpoint(std::string_view value, const std::string& pointer);
  void read_old_secret(std::string_view value, const std::string& pointer);
  void imply_channel();
  void check_endpoint(channel_kind channel);

  const definition_source source_;
  std::vector<problem> problems_;
  value_reader values_;
  options_reader options_;
  subscription_definition made_;
  std::optional<retired_secret> old_secret_;
  std::optional<channel_kind> channel_;
  bool has_channel_{false};   ///< one was given, right or wrong
  bool has_endpoint_{false};  ///< so
};

}  // namespace eventmgr::codec
