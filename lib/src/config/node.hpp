#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eventmgr::config {

enum class node_kind : std::uint8_t {
  null,    ///< a key without a value
  plain,   ///< an unquoted scalar: may be read as a number or a boolean
  quoted,  ///< a quoted scalar, or a block: always text
  list,
  map,
};

struct member;

/// A value as it was written, before anyone knows what it means. Line and column count from 1; 0: not from a file.
struct node {
  node_kind kind{node_kind::null};
  std::size_t line{0};
  std::size_t column{0};
  std::string text{};           ///< of a scalar
  std::vector<node> items;      ///< of a list
  std::vector<member> members;  ///< of a map, in the order written, repeated keys included
};

struct member {
  std::string key{};
  std::size_t line{0};
  std::size_t column{0};
  node value{};
};

}  // namespace eventmgr::config
