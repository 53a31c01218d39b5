#include "codec/problems.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::size_t max_key_bytes = 100;

failure listing(errc code, std::string_view subject, std::vector<problem> problems) {
  std::string message{subject};
  message += " is not valid";
  if (!problems.empty()) {
    const problem& first = problems.front();
    message += ": " + first.pointer + (first.pointer.empty() ? "" : " ") + first.message;
    if (problems.size() > 1) message += " (and " + std::to_string(problems.size() - 1) + " more)";
  }
  return failure{code, std::move(message), std::move(problems)};
}

}  // namespace

std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

void report_problem(std::vector<problem>& problems, std::string pointer, std::string message) {
  if (problems.size() < max_problems) problems.push_back({std::move(pointer), std::move(message)});
}

std::string pointer_to(std::string_view key) {
  std::string pointer{"/"};
  for (const char c : cut(key, max_key_bytes)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

failure invalid_event(std::vector<problem> problems) {
  return listing(errc::invalid_event, "the event", std::move(problems));
}

failure invalid_request(std::string_view subject, std::vector<problem> problems) {
  return listing(errc::invalid_request, subject, std::move(problems));
}

}  // namespace eventmgr::codec
