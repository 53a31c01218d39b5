#include "transport/http/media_type.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace eventmgr;
using namespace eventmgr::transport;

namespace {

header_fields content_type(std::string_view value) {
  header_fields headers;
  headers.add("content-type", value);
  return headers;
}

}  // namespace

TEST_CASE("a media type is read without case and parameters") {
  CHECK(media_type_of(content_type("application/json")) == media::json);
  CHECK(media_type_of(content_type(" Application/JSON ; charset=utf-8")) == media::json);
  CHECK(media_type_of(header_fields{}).empty());
}

TEST_CASE("bodies in another encoding are refused") {
  for (const std::string_view fine :
       {"application/json", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
        "application/json; a=b; charset=us-ascii"}) {
    INFO(fine);
    CHECK_FALSE(check_encoding(content_type(fine)));
  }
  CHECK(check_encoding(content_type("application/json; charset=iso-8859-1"))->code == errc::unsupported_media_type);

  header_fields compressed = content_type("application/json");
  compressed.add("Content-Encoding", "gzip");
  CHECK(check_encoding(compressed)->code == errc::unsupported_media_type);
}

TEST_CASE("plain text is given to those who prefer it to JSON") {
  const std::vector<std::pair<std::string, bool>> table{
      {"text/plain", true},
      {"TEXT/PLAIN;version=0.0.4", true},
      {"application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true},
      {"text/plain;q=0.9, application/json;q=0.1", true},
      {"", false},
      {"*/*", false},
      {"text/*", false},
      {"application/json", false},
      {"application/json, text/plain", false},
      {"text/plain;q=0", false},
      {"text/plain;q=nonsense", false},
      {"text/plain;q=0.5, application/json;q=0.8", false},
      {",;,=;q", false},
  };
  for (const auto& [accept, expected] : table) {
    INFO(accept);
    CHECK(prefers_plain_text(accept) == expected);
  }
}
