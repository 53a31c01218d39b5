#pragma once

#include "codec/event_decoder.hpp"
#include "codec/json_document.hpp"
#include "codec/member_list.hpp"

namespace eventmgr::codec {

/// Which form an object may have.
enum class event_form : std::uint8_t {
  native,
  cloudevent,
  either,  ///< a CloudEvent if it has `specversion`
};

/// What came of one object of a document.
struct object_outcome {
  read_outcome read{read_outcome::complete};
  decoded_event decoded{failure{}};  ///< of meaning only if `read` is complete
};

/// Reads one event from an object under parse, to the object's end.
object_outcome decode_object(simdjson::ondemand::object object, event_form form, const decode_options& options);

/// Reads a document that is one event.
decoded_event decode_document(std::string_view padded_text, event_form form, const decode_options& options);

/// The failure of a value that stands where an event should.
failure not_an_object();

}  // namespace eventmgr::codec
