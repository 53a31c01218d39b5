#pragma once

#include "client/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace eventmgr::client {

/// Writes the target of a request: a path, and parameters, percent-encoded.
class query_writer {
 public:
  explicit query_writer(std::string path) : target_{std::move(path)} {}

  void add(std::string_view name, std::string_view value) {
    target_ += has_parameters_ ? '&' : '?';
    has_parameters_ = true;
    target_.append(name).append("=");
    append_percent_encoded(target_, value);
  }
  void add_if(std::string_view name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  }
  void add_given(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, value);
  }

  std::string take() { return std::move(target_); }

 private:
  std::string target_;
  bool has_parameters_{false};
};

}  // namespace eventmgr::client
