#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace eventmgr::evctl {

/// For an option's number. CLI11's own names the largest number there is as the other end of the range.
inline CLI::Validator positive_number() {
  return {[](std::string& text) {
            double number = 0;
            const bool good = CLI::detail::lexical_cast(text, number) && number > 0;
            return good ? std::string{} : "takes a number above 0, not " + text;
          },
          "POSITIVE"};
}

inline CLI::Validator number_from_zero() {
  return {[](std::string& text) {
            double number = 0;
            const bool good = CLI::detail::lexical_cast(text, number) && number >= 0;
            return good ? std::string{} : "takes 0 or a number above it, not " + text;
          },
          "NONNEGATIVE"};
}

}  // namespace eventmgr::evctl
