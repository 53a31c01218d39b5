#include "http_support.hpp"
#include "transport/http/openapi.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <string_view>

using namespace eventmgr::transport;
using nlohmann::json;

namespace {

const std::set<std::string> methods{"get", "put", "post", "delete", "patch"};

const json& described() {
  static const json parsed = json::parse(openapi_document());
  return parsed;
}

const json& resolve(const json& value) {
  if (!value.contains("$ref")) return value;
  return described().at(json::json_pointer{value["$ref"].get<std::string>().substr(1)});
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::set<std::string> parameters_in(const json& operation, std::string_view where) {
  std::set<std::string> names;
  for (const json& item : operation.value("parameters", json::array())) {
    const json& parameter = resolve(item);
    if (parameter["in"] == where) names.insert(parameter["name"].get<std::string>());
  }
  return names;
}

void check_references(const json& value) {
  if (value.is_object() && value.contains("$ref")) {
    INFO(value["$ref"]);
    CHECK(described().contains(json::json_pointer{value["$ref"].get<std::string>().substr(1)}));
  }
  if (value.is_structured()) {
    for (const json& member : value) check_references(member);
  }
}

}  // namespace

TEST_CASE("every route is in the OpenAPI document, with its id and its parameters") {
  for (const route& one : api_routes()) {
    INFO(one.method << ' ' << one.path);
    REQUIRE(described()["paths"].contains(std::string{one.path}));
    const json& path = described()["paths"][std::string{one.path}];
    REQUIRE(path.contains(lower(one.method)));
    const json& operation = path[lower(one.method)];
    CHECK(operation["operationId"] == one.operation_id);
    CHECK(parameters_in(operation, "query") == std::set<std::string>(one.parameters.begin(), one.parameters.end()));
    CHECK(operation.contains("responses"));
    CHECK(operation.contains("summary"));
  }
}

TEST_CASE("the OpenAPI document has the refusals of the router") {
  for (const route& one : api_routes()) {
    INFO(one.method << ' ' << one.path);
    const json& responses = described()["paths"][std::string{one.path}][lower(one.method)]["responses"];
    CHECK(responses.contains("400") == !one.ignores_query);
    if (one.method != "GET") CHECK(responses.contains("403"));
  }
}

TEST_CASE("every operation of the OpenAPI document is a route") {
  std::set<std::string> routes;
  for (const route& one : api_routes()) routes.insert(lower(one.method) + " " + std::string{one.path});
  for (const auto& [path, item] : described()["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (!methods.contains(method)) continue;
      INFO(method << ' ' << path);
      CHECK(routes.contains(method + " " + path));
    }
  }
}

TEST_CASE("variable segments of a path are described, and operation ids are unique") {
  std::set<std::string> ids;
  for (const auto& [path, item] : described()["paths"].items()) {
    const std::size_t open = path.find('{');
    if (open != std::string::npos) {
      const std::string name = path.substr(open + 1, path.find('}') - open - 1);
      CHECK(parameters_in(item, "path") == std::set<std::string>{name});
    }
    for (const auto& [method, operation] : item.items()) {
      if (methods.contains(method)) CHECK(ids.insert(operation["operationId"].get<std::string>()).second);
    }
  }
}

TEST_CASE("the OpenAPI document refers only to what it holds, and is served") {
  CHECK(described()["openapi"] == "3.1.0");
  check_references(described());

  eventmgr::test::api_fixture fixture;
  const auto result = fixture.send("GET", "/openapi.json");
  CHECK(json::parse(result.answer->body) == described());
}
