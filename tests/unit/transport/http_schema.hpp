#pragma once

#include "http_recorded_exchange.hpp"
#include "transport/http/openapi.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace eventmgr::test {

inline const nlohmann::json& document() {
  static const nlohmann::json parsed = nlohmann::json::parse(transport::openapi_document());
  return parsed;
}

/// A schema with its references and `allOf` put together, one level deep.
inline nlohmann::json flatten(const nlohmann::json& schema) {
  nlohmann::json flat = schema;
  const auto merge = [&](const nlohmann::json& other) {
    const nlohmann::json properties = other.value("properties", nlohmann::json::object());
    for (const auto& [name, value] : properties.items()) flat["properties"][name] = value;
    for (const nlohmann::json& name : other.value("required", nlohmann::json::array()))
      flat["required"].push_back(name);
    for (const char* const keyword : {"items", "additionalProperties", "type", "enum"}) {
      if (other.contains(keyword)) flat[keyword] = other[keyword];
    }
  };
  if (schema.contains("$ref")) {
    merge(flatten(document().at(nlohmann::json::json_pointer{schema["$ref"].get<std::string>().substr(1)})));
  }
  for (const nlohmann::json& part : schema.value("allOf", nlohmann::json::array())) merge(flatten(part));
  return flat;
}

/// Checks that a value has every required member and no member that the schema does not name, down to its leaves.
inline void check_members(const nlohmann::json& value, const nlohmann::json& schema, const std::string& at) {
  INFO(at << " is " << value);
  const nlohmann::json flat = flatten(schema);
  if (value.is_array() && flat.contains("items")) {
    for (const nlohmann::json& item : value) check_members(item, flat["items"], at + "/*");
  }
  if (flat.contains("enum")) CHECK(std::ranges::count(flat["enum"], value) == 1);
  if (!value.is_object() || !flat.contains("properties")) return;
  for (const nlohmann::json& name : flat.value("required", nlohmann::json::array())) {
    INFO(name);
    CHECK(value.contains(name.get<std::string>()));
  }
  for (const auto& [name, member] : value.items()) {
    INFO(name);
    CHECK(flat["properties"].contains(name));
    if (flat["properties"].contains(name)) check_members(member, flat["properties"][name], at + "/" + name);
  }
}

/// Checks the body of an answer against the schema of its call and status.
inline void check_answer(const outcome& result, std::string_view path, std::string_view method) {
  REQUIRE(result.answer);
  INFO(result.answer->body);
  const std::string status = std::to_string(result.answer->status);
  const nlohmann::json& described =
      document().at("paths").at(std::string{path}).at(std::string{method}).at("responses");
  REQUIRE(described.contains(status));
  check_members(nlohmann::json::parse(result.answer->body), described[status]["content"]["application/json"]["schema"],
                std::string{method} + " " + std::string{path});
}

}  // namespace eventmgr::test
