#pragma once

#include "ports/redelivery_texts.hpp"

namespace eventmgr::codec {

/// Requeue plans and replays written down as the JSON of their requests. What a later release adds is passed over when
/// it is loaded; a filter is loaded as it stands.
class json_redelivery_texts final : public redelivery_texts {
 public:
  std::string store(const requeue_request& request) const override;
  std::string store(const replay_request& request) const override;

  /// Fail with `malformed_json` or `invalid_request`.
  result<requeue_request> load_requeue(std::string_view text) const override;
  result<replay_request> load_replay(std::string_view text) const override;

  std::string merge(std::string_view payload, std::string_view patch) const override;
};

}  // namespace eventmgr::codec
