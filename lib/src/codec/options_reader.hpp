#pragma once

#include "codec/option_table.hpp"
#include "codec/subscription_codec.hpp"
#include "codec/value_reader.hpp"

#include <eventmgr/subscription.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace eventmgr::codec {

/// A subscription's options under check. What depends on the channel, which may depend on the options, is done last.
class options_reader {
 public:
  options_reader(value_reader& values, const definition_defaults& defaults) noexcept
      : values_{values}, defaults_{defaults} {
    made_.retry = defaults.retry;
  }

  /// Reads an `options` object, faults under `pointer`.
  void read(std::string_view object, const std::string& pointer);

  /// Takes `value`, found at `pointer`, as `startFrom`, as if the options had it.
  void read_start(std::string_view value, const std::string& pointer);

  bool asks_for_realtime() const noexcept { return made_.realtime; }
  const std::string& fallback_webhook() const noexcept { return made_.fallback_webhook; }
  /// The fallback becomes the endpoint: it is no option any more.
  std::string take_fallback_webhook();

  /// Refuses options that mean nothing to `channel`.
  void check_channel(channel_kind channel);

  /// The options, with the channel's own defaults filled in.
  subscription_options finish(channel_kind channel) &&;

 private:
  bool is_given(option which) const noexcept { return !given_at_[static_cast<std::size_t>(which)].empty(); }
  void read_option(option which, std::string_view value, const std::string& pointer);
  void read_retry(std::string_view value, const std::string& pointer);
  void read_backlog(std::string_view value, const std::string& pointer);
  void read_secret(std::string_view value, const std::string& pointer);
  void read_fallback(std::string_view value, const std::string& pointer);
  void read_headers(std::string_view value, const std::string& pointer);
  void read_dead_letter_topic(std::string_view value, const std::string& pointer);

  /// Keeps what was read, if anything was.
  template <class Field, class Value>
  static void keep(Field& field, const std::optional<Value>& read) {
    if (read) field = static_cast<Field>(*read);
  }

  value_reader& values_;
  const definition_defaults& defaults_;
  subscription_options made_{};
  std::array<std::string, option_names.names.size()> given_at_{};  ///< the pointer of each option that was given
};

}  // namespace eventmgr::codec
