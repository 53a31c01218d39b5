#include "client/api_connection.hpp"
#include "client/endpoint.hpp"
#include "client/http_connection.hpp"
#include "client/socket_stream.hpp"
#include "codec/handler_results.hpp"

#include <eventmgr/client_webhook.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

namespace eventmgr::client {
namespace {

constexpr std::uint64_t max_answer_bytes = 64U << 10U;

bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

void check(const http_header& header) {
  const auto& [name, value] = header;
  if (name.empty() || !std::ranges::all_of(name, is_token_char) || !std::ranges::all_of(value, is_value_char)) {
    throw error{failure{errc::invalid_request, "\"" + name + ": " + value + "\" is no header"}};
  }
}

receiver receiver_of(const std::string& url) {
  auto parsed = parse_receiver(url);
  if (!parsed) throw error{parsed.error()};
  return *std::move(parsed);
}

client_options connection_options(const webhook_options& options) {
  return {.user_agent = options.user_agent,
          .connect_timeout = options.connect_timeout,
          .request_timeout = options.answer_timeout,
          .max_answer_bytes = max_answer_bytes,
          .stop = options.stop};
}

/// Of W3C Trace Context: a trace of its own, sampled.
std::string make_traceparent() {
  static constexpr std::string_view digits = "0123456789abcdef";
  static constexpr std::size_t trace_bytes = 16;
  std::array<unsigned char, trace_bytes + 8> bytes{};
  if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error{"no random bytes"};
  std::string text{"00-"};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (at == trace_bytes) text += '-';
    text += digits[bytes[at] >> 4U];
    text += digits[bytes[at] & 15U];
  }
  return text += "-01";
}

}  // namespace

struct webhook_sender::implementation {
  explicit implementation(webhook_options settings)
      : options{std::move(settings)},
        to{receiver_of(options.url)},
        connection{to.at, connection_options(options), to.at.secure ? make_tls_context(options.ca_file) : nullptr} {
    std::ranges::for_each(options.headers, check);
    if (options.secret.empty()) return;
    if (const auto tried = sign_webhook(options.secret, {}, 0, {}); !tried) throw error{tried.error()};
  }

  std::vector<http_header> headers_of(const webhook_delivery& delivery) const {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    auto headers = options.headers;
    const auto id = to_string(delivery.id);
    headers.emplace_back("webhook-id", id);
    headers.emplace_back("webhook-timestamp", std::to_string(seconds));
    if (!options.secret.empty()) {
      headers.emplace_back("webhook-signature", sign_webhook(options.secret, id, seconds, delivery.json).value());
    }
    headers.emplace_back("traceparent", make_traceparent());
    headers.emplace_back("x-eventmgr-subscription", delivery.subscription);
    headers.emplace_back("x-eventmgr-attempt", std::to_string(delivery.attempt));
    return headers;
  }

  const webhook_options options;
  const receiver to;
  http_connection connection;
};

webhook_sender::webhook_sender(webhook_options options)
    : implementation_{std::make_unique<implementation>(std::move(options))} {}
webhook_sender::webhook_sender(webhook_sender&&) noexcept = default;
webhook_sender& webhook_sender::operator=(webhook_sender&&) noexcept = default;
webhook_sender::~webhook_sender() = default;

result<webhook_answer> webhook_sender::send(const webhook_delivery& delivery) {
  auto& self = *implementation_;
  const auto headers = self.headers_of(delivery);
  const auto begun = std::chrono::steady_clock::now();
  auto heard = self.connection.exchange({.method = "POST",
                                         .target = self.to.target,
                                         .body = delivery.json,
                                         .content_type = "application/json",
                                         .accept = "*/*",
                                         .headers = headers});
  if (!heard) return heard.error();

  webhook_answer answer;
  answer.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  answer.status = heard->status;
  answer.body = heard->body;
  if (is_success(heard->status)) {
    auto said = std::move(codec::parse_handler_results(heard->body, {&delivery.id, 1}).front());
    answer.success = said.success;
    answer.retry = said.retry;
    answer.error = std::move(said.error);
    if (!answer.success && answer.error.empty()) answer.error = "the handler's result was no success";
  } else {
    answer.error = "HTTP " + std::to_string(heard->status);
  }
  return answer;
}

}  // namespace eventmgr::client
