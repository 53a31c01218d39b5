#pragma once

#include "config/node.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::config {

/// Nesting beyond this is refused; the deepest setting has four levels.
inline constexpr std::size_t max_yaml_depth = 16;

struct yaml_mistake {
  std::size_t line{0};
  std::size_t column{0};
  std::string message{};
};

/// What a YAML text says. Where there are mistakes, `root` holds what could be read.
struct yaml_document {
  node root{};
  std::vector<yaml_mistake> mistakes{};
};

/// Reads one YAML document; an empty text is a null. Aliases are refused, so a text cannot say more than its own
/// length.
yaml_document read_yaml(std::string_view text);

}  // namespace eventmgr::config
