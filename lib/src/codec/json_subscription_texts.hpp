#pragma once

#include "ports/subscription_texts.hpp"

namespace eventmgr::codec {

/// Subscriptions written down as JSON. What a later release adds to a definition is passed over when it is loaded; a
/// filter is loaded as it stands, and refused by `filter` if this release does not know it.
class json_subscription_texts final : public subscription_texts {
 public:
  std::string store(const subscription_definition& definition) const override;

  /// Fails with `malformed_json` or `invalid_request`.
  result<subscription_definition> load(std::string_view text) const override;

  std::string matching(const subscription_definition& definition) const override;

  /// Fails as `load`, also for what a later release added: it would match other events.
  result<matching_parts> read_matching(std::string_view text) const override;

  refusal_text describe(const event_filter& filter, const filter_refusal& why) const override;
  result<event_filter> filter(std::string_view json) const override;
};

}  // namespace eventmgr::codec
