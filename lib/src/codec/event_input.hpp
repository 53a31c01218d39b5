#pragma once

#include "codec/event_decoder.hpp"

namespace eventmgr::codec {

/// Takes what a C++ caller gives through the rules that a request goes through: `payload` and `metadata` are checked
/// and made compact. Fails with `invalid_event`, `too_large` or `invalid_request` (nested too deeply).
decoded_event normalise_input(event_in&& input, const decode_options& options);

}  // namespace eventmgr::codec
