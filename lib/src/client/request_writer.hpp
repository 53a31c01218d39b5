#pragma once

#include <eventmgr/client_consumer.hpp>
#include <eventmgr/client_tail.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/query.hpp>
#include <eventmgr/topic_info.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::client {

/// The event as a request body. `payload` and `metadata` are taken as they are.
std::string write_event(const event_in& input);

/// Path and query of a history request.
std::string write_query_target(const event_query& selection);

/// "/topics/" and the name, percent-encoded.
std::string write_topic_target(const topic_name& topic);

std::string write_declaration(const topic_declaration& declaration);

/// The texts as a JSON array.
std::string write_texts(const std::vector<std::string>& texts);

/// The WebSocket message that opens a tail. `filter` is the text of a JSON object, or empty.
std::string write_subscribe(const std::vector<std::string>& topics, const tail_start& start, std::string_view filter);

/// The WebSocket message that attaches to a durable subscription.
std::string write_attach(const consume_options& wanted);

std::string write_ack(const std::vector<std::string>& ack_ids);
std::string write_nack(std::string_view ack_id, bool retry, std::string_view error);

}  // namespace eventmgr::client
