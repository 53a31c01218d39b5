#include "client/answer_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

namespace eventmgr::client {
namespace {

namespace ondemand = simdjson::ondemand;

ondemand::parser& parser() {
  thread_local ondemand::parser shared;
  return shared;
}

failure unexpected() { return failure{errc::internal, "the answer does not have the form of an EventManager's"}; }

/// Pads the text and hands the document's root object to `read`, which may throw simdjson_error for what does not fit;
/// `otherwise` is returned then.
template <class T, class Read>
T read_document(std::string& json, T otherwise, Read&& read) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  try {
    auto document = parser().iterate(json.data(), json.size(), json.capacity());
    return read(document.get_object().value());
  } catch (const simdjson::simdjson_error&) {
    return otherwise;
  }
}

/// simdjson's raw text of an object reaches to the next token.
std::string_view object_text(ondemand::object object) {
  std::string_view text = object.raw_json();
  return text.substr(0, text.find_last_of('}') + 1);
}

std::string text_of(ondemand::value value) { return std::string{std::string_view{value.get_string()}}; }

errc code_named(std::string_view name) {
  static constexpr auto last = static_cast<int>(errc::internal);
  for (int value = 1; value <= last; ++value) {
    if (to_string(static_cast<errc>(value)) == name) return static_cast<errc>(value);
  }
  return errc::internal;
}

errc code_for_status(unsigned status) {
  static constexpr std::array<std::pair<unsigned, errc>, 9> known{{{401, errc::unauthenticated},
                                                                   {403, errc::forbidden},
                                                                   {404, errc::not_found},
                                                                   {405, errc::method_not_allowed},
                                                                   {409, errc::conflict},
                                                                   {413, errc::too_large},
                                                                   {415, errc::unsupported_media_type},
                                                                   {429, errc::rate_limited},
                                                                   {503, errc::store_unavailable}}};
  const auto* found = std::ranges::find(known, status, &std::pair<unsigned, errc>::first);
  if (found != known.end()) return found->second;
  return status >= 400 && status < 500 ? errc::invalid_request : errc::internal;
}

problem read_problem(ondemand::object object) {
  problem item;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "pointer")
      item.pointer = text_of(field.value());
    else if (key == "message")
      item.message = text_of(field.value());
  }
  return item;
}

failure read_error(ondemand::object object) {
  failure why;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "code")
      why.code = code_named(std::string_view{field.value().get_string()});
    else if (key == "message")
      why.message = text_of(field.value());
    else if (key == "details" && field.value().type() == ondemand::json_type::array) {
      for (auto item : field.value().get_array()) why.details.push_back(read_problem(item.get_object()));
    }
  }
  return why;
}

struct receipt_members {
  publish_receipt receipt{};
  bool has_id{false};
  failure why{};
  bool refused{false};
};

void read_member(std::string_view key, ondemand::value value, receipt_members& into) {
  publish_receipt& receipt = into.receipt;
  if (key == "eventId") {
    const auto id = event_id::parse(std::string_view{value.get_string()});
    into.has_id = id.has_value();
    receipt.id = id.value_or(receipt.id);
  } else if (key == "topic") {
    receipt.topic = topic_name::trusted(text_of(value));
  } else if (key == "seq") {
    // An event that is scheduled has none yet.
    if (!value.is_null()) receipt.seq = offset{value.get_uint64()};
  } else if (key == "partition" && value.type() == ondemand::json_type::number) {
    const std::uint64_t number = value.get_uint64();
    receipt.partition = partition_id{static_cast<std::uint16_t>(number)};
  } else if (key == "duplicate") {
    receipt.duplicate = value.get_bool();
  } else if (key == "scheduled") {
    receipt.scheduled = value.get_bool();
  } else if (key == "error") {
    into.why = read_error(value.get_object());
    into.refused = true;
  }
}

result<publish_receipt> read_receipt(ondemand::object object) {
  receipt_members members;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    read_member(key, field.value(), members);
  }
  if (members.refused) return std::move(members.why);
  if (!members.has_id) return unexpected();
  return std::move(members.receipt);
}

delivery_report read_report(ondemand::object object) {
  delivery_report report;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "subscriptionId") {
      report.subscription =
          subscription_id::parse(std::string_view{field.value().get_string()}).value_or(report.subscription);
    } else if (key == "name") {
      report.name = text_of(field.value());
    } else if (key == "outcome") {
      // One that a newer daemon has is none that this program knows.
      report.what = parse_delivery_outcome(std::string_view{field.value().get_string()}).value_or(report.what);
    } else if (key == "attempts") {
      report.attempts = static_cast<std::uint32_t>(field.value().get_uint64());
    } else if (key == "error") {
      report.error = text_of(field.value());
    }
  }
  return report;
}

}  // namespace

failure read_error_object(std::string& json) {
  return read_document(json, unexpected(), [](ondemand::object root) { return read_error(root); });
}

failure read_failure(http_answer& answer) {
  failure why{code_for_status(answer.status), "the daemon answered with status " + std::to_string(answer.status)};
  if (answer.content_type.starts_with("application/problem+json")) {
    why = read_document(answer.body, why, [&](ondemand::object root) {
      for (auto field : root) {
        if (std::string_view{field.unescaped_key()} == "error") return read_error(field.value().get_object());
      }
      return why;
    });
  }
  why.retry_after = answer.retry_after;
  return why;
}

result<publish_receipt> read_publish_receipt(std::string& json) {
  return read_document(json, result<publish_receipt>{unexpected()},
                       [](ondemand::object root) { return read_receipt(root); });
}

result<delivery_receipt> read_delivery_receipt(std::string& json) {
  auto stored = read_publish_receipt(json);
  if (!stored) return stored.error();
  return read_document(json, result<delivery_receipt>{unexpected()},
                       [&](ondemand::object root) -> result<delivery_receipt> {
                         delivery_receipt receipt{.stored = *stored};
                         for (auto field : root) {
                           const std::string_view key = field.unescaped_key();
                           if (key == "matched") {
                             receipt.matched = field.value().get_uint64();
                           } else if (key == "delivered") {
                             receipt.delivered = field.value().get_uint64();
                           } else if (key == "deliveries") {
                             receipt.waited = true;
                             for (auto item : field.value().get_array()) {
                               receipt.deliveries.push_back(read_report(item.get_object()));
                             }
                           }
                         }
                         return receipt;
                       });
}

result<batch_receipt> read_batch_receipt(std::string& json) {
  return read_document(json, result<batch_receipt>{unexpected()}, [](ondemand::object root) -> result<batch_receipt> {
    batch_receipt batch;
    for (auto field : root) {
      if (std::string_view{field.unescaped_key()} != "results") continue;
      for (auto item : field.value().get_array()) {
        batch.results.push_back(read_receipt(item.get_object()));
        if (!batch.results.back()) ++batch.failed;
      }
    }
    return batch;
  });
}

result<json_page> read_page(std::string& json, std::string_view name) {
  return read_document(json, result<json_page>{unexpected()}, [name](ondemand::object root) -> result<json_page> {
    json_page page;
    bool found = false;
    for (auto field : root) {
      const std::string_view key = field.unescaped_key();
      if (key == name) {
        found = true;
        for (auto item : field.value().get_array()) {
          page.items.emplace_back(object_text(item.get_object()));
        }
      } else if (key == "total") {
        page.total = field.value().get_uint64();
      } else if (key == "totalRelation") {
        page.total_is_exact = std::string_view{field.value().get_string()} == "eq";
      } else if (key == "nextCursor" && field.value().type() == ondemand::json_type::string) {
        page.next_cursor = text_of(field.value());
      }
    }
    if (!found) return unexpected();
    return page;
  });
}

result<health_answer> read_health(std::string json) {
  health_answer answer;
  answer.json = json;
  return read_document(json, result<health_answer>{unexpected()}, [&](ondemand::object root) -> result<health_answer> {
    for (auto field : root) {
      if (std::string_view{field.unescaped_key()} != "status") continue;
      const std::string_view state = field.value().get_string();
      if (state == "healthy")
        answer.state = health_state::healthy;
      else if (state == "degraded")
        answer.state = health_state::degraded;
      else if (state == "unhealthy")
        answer.state = health_state::unhealthy;
      else
        return unexpected();
      return std::move(answer);
    }
    return unexpected();
  });
}

result<proof_progress> read_proof_progress(std::string& json) {
  return read_document(json, result<proof_progress>{unexpected()}, [](ondemand::object root) -> result<proof_progress> {
    proof_progress progress;
    for (auto field : root) {
      const std::string_view name = field.unescaped_key();
      if (name == "running") progress.running = field.value().get_bool();
      if (name == "done") progress.done = field.value().get_uint64();
      if (name == "total") progress.total = field.value().get_uint64();
    }
    return progress;
  });
}

}  // namespace eventmgr::client
