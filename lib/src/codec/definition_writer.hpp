#pragma once

#include "codec/object_writer.hpp"

#include <eventmgr/subscription.hpp>

#include <cstdint>

namespace eventmgr::codec {

/// For whom a definition is written.
enum class definition_form : std::uint8_t {
  shown,     ///< credentials masked, and only the options that mean something to the channel
  complete,  ///< the same in clear
  stored,    ///< every option, and the retired secret
};

/// Writes {name, topic, channel, endpoint?, filter, options, description} as members of an object. `definition_reader`
/// reads the same definition from what is not masked.
void write_definition(object_writer& object, const subscription_definition& definition, definition_form form);

}  // namespace eventmgr::codec
