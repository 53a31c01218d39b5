#include "core/filter/document_path.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

failure refused(std::string message) { return {.code = errc::invalid_request, .message = std::move(message)}; }

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// False for a `~` that is none of `~0` and `~1`.
bool undo_escapes(std::string& step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    const char kind = ++i < step.size() ? step[i] : '\0';
    if (kind != '0' && kind != '1') return false;
    out += kind == '0' ? '~' : '/';
  }
  step = std::move(out);
  return true;
}

}  // namespace

result<document_path> document_path::parse(std::string_view text) {
  if (text.empty()) return refused("must name a member");
  if (text.size() > max_bytes) return refused("must not have more than " + std::to_string(max_bytes) + " bytes");
  auto path = text.starts_with('/') ? parse_pointer(text) : parse_dotted(text);
  if (path && path->steps_.size() > max_steps) {
    return refused("must not have more than " + std::to_string(max_steps) + " names");
  }
  return path;
}

result<document_path> document_path::parse_pointer(std::string_view text) {
  auto steps = split(text.substr(1), '/');
  if (!std::ranges::all_of(steps, undo_escapes)) return refused("must have ~ only in ~0 and ~1, as a JSON Pointer");
  return document_path{std::move(steps)};
}

result<document_path> document_path::parse_dotted(std::string_view text) {
  auto steps = split(text, '.');
  if (std::ranges::find(steps, "") != steps.end()) return refused("must not have an empty name");
  return document_path{std::move(steps)};
}

document_path document_path::with_first_step(std::string name) const {
  document_path changed{*this};
  changed.steps_.front() = std::move(name);
  return changed;
}

std::string to_string(const document_path& path) {
  const auto& steps = path.steps();
  const bool dotted = !steps.front().starts_with('/') && std::ranges::none_of(steps, [](const std::string& step) {
    return step.empty() || step.find('.') != std::string::npos;
  });
  std::string out;
  for (const std::string& step : steps) {
    if (dotted) {
      if (!out.empty()) out += '.';
      out += step;
      continue;
    }
    out += '/';
    for (const char c : step) {
      if (c == '~' || c == '/') {
        out += c == '~' ? "~0" : "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

}  // namespace eventmgr
