#include "tools/webhook_receiver.hpp"

#include <charconv>

namespace eventmgr::testing {
namespace {

using manner = webhook_reply::manner;

constexpr std::uint64_t gibibyte = 1ULL << 30U;

/// Takes the next part, up to a slash or the end, off a path that begins with a slash; empty when there is none.
std::string_view take_part(std::string_view& path) {
  if (!path.starts_with('/')) return {};
  path.remove_prefix(1);
  const auto part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

/// A whole number to 999,999; nullopt for anything else.
std::optional<int> take_number(std::string_view& path) {
  const auto part = take_part(path);
  int number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (part.empty() || error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  if (number < 0 || number > 999'999) return std::nullopt;
  return number;
}

std::optional<webhook_reply> slow_reply(std::string_view rest) {
  const auto delay = take_number(rest);
  if (!delay || !rest.empty()) return std::nullopt;
  return webhook_reply{.delay = std::chrono::milliseconds(*delay)};
}

std::optional<webhook_reply> status_reply(std::string_view rest) {
  webhook_reply reply;
  const auto status = take_number(rest);
  if (!status || *status < 200 || *status > 599) return std::nullopt;
  reply.status = *status;
  if (rest.empty()) return reply;
  const auto seconds = take_number(rest);
  if (!seconds || !rest.empty()) return std::nullopt;
  reply.headers.emplace_back("Retry-After", std::to_string(*seconds));
  return reply;
}

std::optional<webhook_reply> result_reply(std::string_view rest) {
  webhook_reply reply;
  reply.headers.emplace_back("Content-Type", "application/json");
  if (rest == "/success") {
    reply.body = R"({"success":true,"metadata":{"by":"webhook_receiver"}})";
  } else if (rest == "/retry") {
    reply.body = R"({"success":false,"error":"not now","retry":true})";
  } else if (rest == "/reject") {
    reply.body = R"({"success":false,"error":"never","retry":false})";
  } else {
    return std::nullopt;
  }
  return reply;
}

}  // namespace

std::optional<webhook_reply> reply_of_path(std::string_view path) {
  auto rest = path.substr(0, path.find('?'));
  const auto name = take_part(rest);
  if (name == "slow") return slow_reply(rest);
  if (name == "status") return status_reply(rest);
  if (name == "result") return result_reply(rest);
  if (!rest.empty()) return std::nullopt;
  if (name == "ok") return webhook_reply{};
  if (name == "hang") return webhook_reply{.how = manner::hang};
  if (name == "reset") return webhook_reply{.how = manner::reset};
  if (name == "drip") return webhook_reply{.how = manner::drip};
  if (name == "rubbish") return webhook_reply{.how = manner::rubbish};
  if (name == "huge") return webhook_reply{.filler = gibibyte};
  return std::nullopt;
}

}  // namespace eventmgr::testing
