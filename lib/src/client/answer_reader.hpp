#pragma once

#include "client/http_connection.hpp"

#include <eventmgr/client.hpp>

#include <string>
#include <string_view>

namespace eventmgr::client {

// Reading what the daemon answers. Each function takes the text by reference because the parser needs spare capacity
// behind it. Anything that does not have the agreed form is a failure with `internal`: the other end is no
// EventManager.

/// The failure that an answer outside 2xx stands for: of a problem document its code, message and details, otherwise
/// what the status says.
failure read_failure(http_answer& answer);

/// The failure in `{"code","message","details"}`.
failure read_error_object(std::string& json);

result<publish_receipt> read_publish_receipt(std::string& json);
/// The answer to a publisher that waited.
result<delivery_receipt> read_delivery_receipt(std::string& json);
result<batch_receipt> read_batch_receipt(std::string& json);

/// A page whose records are in the array member `name`.
result<json_page> read_page(std::string& json, std::string_view name);

result<health_answer> read_health(std::string json);

result<proof_progress> read_proof_progress(std::string& json);

}  // namespace eventmgr::client
