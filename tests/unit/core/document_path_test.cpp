#include "core/filter/document_path.hpp"

#include <catch2/catch.hpp>

namespace eventmgr {
namespace {

using steps = std::vector<std::string>;

TEST_CASE("a path is dotted, or a JSON Pointer if it begins with a slash") {
  struct row {
    std::string_view text;
    steps expected;
    std::string_view written;
  };
  for (const row& r : {
           row{"cost", {"cost"}, "cost"},
           row{"order.cost", {"order", "cost"}, "order.cost"},
           row{"/order/cost", {"order", "cost"}, "order.cost"},
           row{"/items/0/sku", {"items", "0", "sku"}, "items.0.sku"},
           row{"/a.b", {"a.b"}, "/a.b"},
           row{"/", {""}, "/"},
           row{"/a//b", {"a", "", "b"}, "/a//b"},
           row{"/a~1b/c~0d", {"a/b", "c~d"}, "a/b.c~d"},
           row{"/~1a", {"/a"}, "/~1a"},
           row{"a/b", {"a/b"}, "a/b"},
           row{"~", {"~"}, "~"},
       }) {
    CAPTURE(r.text);
    const auto path = document_path::parse(r.text);
    REQUIRE(path.has_value());
    CHECK(path->steps() == r.expected);
    CHECK(to_string(*path) == r.written);
    CHECK((document_path::parse(r.written).value() == *path));
  }
}

TEST_CASE("a path that names nothing, or too much, is refused") {
  for (const std::string& text :
       {std::string{}, std::string{"."}, std::string{"a."}, std::string{".a"}, std::string{"a..b"}, std::string{"/a~"},
        std::string{"/a~2b"}, std::string(501, 'a'), std::string{"/"} + std::string(32, '/')}) {
    CAPTURE(text);
    const auto path = document_path::parse(text);
    REQUIRE(path.has_error());
    CHECK(path.error().code == errc::invalid_request);
  }
  CHECK(document_path::parse(std::string(500, 'a')).has_value());
  CHECK(document_path::parse(std::string(32, '/')).has_value());
}

}  // namespace
}  // namespace eventmgr
