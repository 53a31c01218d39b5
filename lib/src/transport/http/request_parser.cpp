#include "transport/http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

namespace eventmgr::transport {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// What a JSON parser may read past the end of the body.
constexpr std::size_t body_padding = 64;

// A body is believed to be as long as announced only up to here; beyond, its buffer grows as bytes come.
constexpr std::uint64_t trusted_length = 1ULL << 20U;

request_parser::refused malformed(std::string message) {
  return {.status = 400, .why = {.code = errc::invalid_request, .message = std::move(message)}};
}

/// `bytes`: where the parser stood when it failed.
request_parser::refused explain(const error_code& error, std::string_view bytes) {
  if (error == http::error::header_limit) {
    return {.status = 431, .why = {.code = errc::too_large, .message = "the request's header is too large"}};
  }
  if (error == http::error::body_limit) {
    return {.status = 413, .why = {.code = errc::too_large, .message = "the request's body is too large"}};
  }
  // A stray space in the target also looks like a wrong version.
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  if (error == http::error::bad_version && std::ranges::count(line, ' ') == 2) {
    return {.status = 505, .why = {.code = errc::invalid_request, .message = "only HTTP/1.0 and HTTP/1.1 are spoken"}};
  }
  return malformed("malformed HTTP request: " + error.message());
}

}  // namespace

/// Fills an `http_request` straight from Beast's incremental parser, without its message containers.
class request_parser::beast_parser final : public http::basic_parser<true> {
 public:
  http_request request{};
  std::optional<refused> refusal{};
  bool expects_continue{false};

  request_facts facts() const {
    const std::string& method = request.method;
    return {.keep_alive = keep_alive(),
            .http_1_1 = version_ == 11,
            .wants_upgrade = method == "GET" && upgrade() && has_upgrade_,
            .is_head = method == "HEAD",
            .is_safe = is_safe_method(method)};
  }

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    request.method.assign(method.data(), method.size());
    request.target.assign(target.data(), target.size());
    version_ = version;
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  void on_field_impl(http::field name, beast::string_view text, beast::string_view value, error_code& ec) override {
    // Trailer fields come here too; merged with the header, they could say what a proxy in front has checked (RFC 9110
    // section 6.5.1).
    if (header_ended_) return;
    switch (name) {
      case http::field::host:
        ++hosts_;
        break;
      case http::field::upgrade:
        has_upgrade_ = true;
        break;
      case http::field::expect:
        if (!beast::iequals(value, "100-continue")) {
          return refuse({.status = 417, .why = {.code = errc::invalid_request, .message = "unknown expectation"}}, ec);
        }
        expects_continue = version_ == 11;
        break;
      case http::field::transfer_encoding:
        if (version_ != 11) return refuse(malformed("HTTP/1.0 has no Transfer-Encoding"), ec);
        if (!beast::iequals(value, "chunked")) {
          return refuse({.status = 501,
                         .why = {.code = errc::invalid_request, .message = "no transfer coding but chunked is known"}},
                        ec);
        }
        break;
      default:
        break;
    }
    request.headers.add({text.data(), text.size()}, {value.data(), value.size()});
  }

  void on_header_impl(error_code& ec) override {
    header_ended_ = true;
    if (hosts_ > 1 || (version_ == 11 && hosts_ == 0)) return refuse(malformed("one Host field is needed"), ec);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    request.body.reserve(static_cast<std::size_t>(std::min(length.value_or(0), trusted_length)) + body_padding);
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
    return on_body_impl(bytes, ec);
  }

  void on_finish_impl(error_code&) override {
    const std::size_t needed = request.body.size() + body_padding;
    if (request.body.capacity() < needed) request.body.reserve(needed);
  }

  void refuse(refused why, error_code& ec) {
    refusal = std::move(why);
    ec = http::error::bad_field;
  }

  int version_{11};
  int hosts_{0};
  bool has_upgrade_{false};
  bool header_ended_{false};
};

request_parser::request_parser(const http_limits& limits) : limits_{limits} { start_over(); }

request_parser::~request_parser() = default;

void request_parser::start_over() {
  parser_ = std::make_unique<beast_parser>();
  parser_->eager(true);
  parser_->header_limit(limits_.max_header_bytes);
  parser_->body_limit(limits_.max_body_bytes);
  stage_ = stage::start;
}

std::size_t request_parser::put(std::string_view bytes) {
  if (stage_ == stage::complete || stage_ == stage::failed) return 0;
  std::size_t used = 0;
  if (stage_ == stage::start) {
    used = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    bytes.remove_prefix(used);
  }
  if (bytes.empty()) return used;

  error_code ec;
  used += parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != http::error::need_more) {
    stage_ = stage::failed;
    std::optional<refused>& refusal = parser_->refusal;
    refused_ = refusal ? std::move(*refusal) : explain(ec, bytes);
  } else if (parser_->is_done()) {
    stage_ = stage::complete;
  } else if (parser_->is_header_done()) {
    stage_ = stage::body;
  } else {
    stage_ = stage::header;
  }
  return used;
}

bool request_parser::expects_continue() const noexcept { return parser_->expects_continue; }

request_facts request_parser::facts() const { return parser_->facts(); }

bool request_parser::is_for(std::string_view method, std::string_view target) const noexcept {
  return parser_->request.method == method && parser_->request.target == target;
}

http_request request_parser::take() {
  http_request request = std::move(parser_->request);
  start_over();
  return request;
}

}  // namespace eventmgr::transport
