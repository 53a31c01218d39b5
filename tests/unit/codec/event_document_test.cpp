#include "codec/event_document.hpp"

#include "codec/json_walk.hpp"

#include <catch2/catch.hpp>

namespace eventmgr::codec {
namespace {

/// The value at a path as text, for comparison by table.
std::string text_of(const document_value& value) {
  if (std::holds_alternative<absent_value>(value)) return "absent";
  if (std::holds_alternative<null_value>(value)) return "null";
  if (std::holds_alternative<container_value>(value)) return "container";
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<json_number>(&value)) return to_string(*number);
  return "'" + std::string{std::get<std::string_view>(value)} + "'";
}

std::string look(document_part part, std::string_view path, std::string payload, std::string metadata = {}) {
  auto record = std::make_shared<event>();
  record->payload = std::move(payload);
  record->metadata = std::move(metadata);
  const auto document = event_document_reader{}.open(std::move(record));
  std::string scratch;
  return text_of(document->find(part, document_path::parse(path).value(), scratch));
}

TEST_CASE("a document that is damaged is looked into without an end") {
  const std::string whole =
      R"({"a":{"b":[1,{"c":"\u00e9\ud83d\ude00"}]},"tags":["x"],"expiresAt":"2026-01-02T03:04:05Z"})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    INFO(cut);
    for (const std::string_view path : {"a", "a.b.1.c", "tags.0", "none"}) {
      CHECK_FALSE(look(document_part::payload, path, cut).empty());
      CHECK_FALSE(look(document_part::metadata, path, "{}", cut).empty());
    }
    CHECK(unescape(cut).size() <= cut.size());
    static_cast<void>(parse_metadata(cut));
  }
  for (const std::string_view other : {"nonsense", "[1]", "\"", "}", "{}}", "\\"}) {
    CHECK_FALSE(look(document_part::payload, "a", std::string{other}).empty());
  }
}

TEST_CASE("a path is followed through objects and arrays") {
  const std::string payload = R"({"a":1,"b":{"c":"x","d":{},"e":[10,{"f":true,"g":[[2,"two"]]},null]},"":{"":false},)"
                              R"("a.b":2,"n":null,"neg":-7,"big":18446744073709551615,"b2":{"c":"y"},"last":[]})";
  struct row {
    std::string_view path;
    std::string_view expected;
  };
  for (const row& r : {
           row{"a", "1"},
           row{"b", "container"},
           row{"b.c", "'x'"},
           row{"/b/c", "'x'"},
           row{"b.c.x", "absent"},
           row{"b.d", "container"},
           row{"b.d.x", "absent"},
           row{"b.e", "container"},
           row{"b.e.0", "10"},
           row{"b.e.2", "null"},
           row{"b.e.3", "absent"},
           row{"b.e.00", "absent"},
           row{"b.e.-1", "absent"},
           row{"b.e.99999999999999999999", "absent"},
           row{"b.e.1", "container"},
           row{"b.e.1.f", "true"},
           row{"b.e.1.g.0.1", "'two'"},
           row{"b.e.1.g.0.1.0", "absent"},
           row{"b.e.1.h", "absent"},
           row{"c", "absent"},
           row{"/", "container"},
           row{"//", "false"},
           row{"/a.b", "2"},
           row{"a.b", "absent"},
           row{"n", "null"},
           row{"neg", "-7"},
           row{"big", "18446744073709551615"},
           row{"b2.c", "'y'"},
           row{"last.0", "absent"},
           row{"las", "absent"},
           row{"lastt", "absent"},
       }) {
    CAPTURE(r.path);
    CHECK(look(document_part::payload, r.path, payload) == r.expected);
  }
}

TEST_CASE("keys and strings mean what they mean, however they are spelt") {
  const std::string escaped = R"({"\u0061b":"\u00e9\n","q\"":1,"b\\":2,"plain":{"\/":"\ud83d\ude00"}})";
  CHECK(look(document_part::payload, "ab", escaped) == "'\u00e9\n'");
  CHECK(look(document_part::payload, "q\"", escaped) == "1");
  CHECK(look(document_part::payload, "b\\", escaped) == "2");
  CHECK(look(document_part::payload, "/plain/~1", escaped) == "'\U0001F600'");
  CHECK(look(document_part::payload, R"(a":"b)", R"({"a":"b"})") == "absent");
}

TEST_CASE("of members of one name it is the last, at every depth") {
  CHECK(look(document_part::payload, "a.b", R"({"a":{"b":1},"a":{"b":2,"b":3}})") == "3");
  CHECK(look(document_part::payload, "a.b", R"({"a":{"b":1},"a":2})") == "absent");
  CHECK(look(document_part::payload, "a.0.b", R"({"a":[{"b":1,"b":2}]})") == "2");
}

TEST_CASE("an empty payload has nothing") { CHECK(look(document_part::payload, "a", "{}") == "absent"); }

TEST_CASE("metadata is seen as it is delivered, with its defaults") {
  for (const std::string& metadata : {std::string{}, std::string{"{}"}, std::string{R"({"x":1})"}}) {
    CHECK(look(document_part::metadata, "retryCount", "{}", metadata) == "0");
    CHECK(look(document_part::metadata, "maxRetries", "{}", metadata) == "3");
    CHECK(look(document_part::metadata, "tags", "{}", metadata) == "container");
    CHECK(look(document_part::metadata, "projectId", "{}", metadata) == "absent");
  }
  CHECK(look(document_part::metadata, "maxRetries", "{}", R"({"maxRetries":9})") == "9");
  CHECK(look(document_part::metadata, "own.deep", "{}", R"({"own":{"deep":"x"}})") == "'x'");
  CHECK(look(document_part::payload, "own.deep", "{}", R"({"own":{"deep":"x"}})") == "absent");
}

TEST_CASE("tags are compared whole") {
  auto record = std::make_shared<event>();
  record->payload = "{}";
  record->metadata = R"({"tags":["red","b\"lue",""]})";
  const auto document = event_document_reader{}.open(record);
  CHECK(document->has_tag("red"));
  CHECK(document->has_tag("b\"lue"));
  CHECK(document->has_tag(""));
  CHECK_FALSE(document->has_tag("re"));
  CHECK_FALSE(document->has_tag("blue"));
}

}  // namespace
}  // namespace eventmgr::codec
