#include <eventmgr/error.hpp>

#include <catch2/catch.hpp>

using namespace eventmgr;

TEST_CASE("an error code has the spelling of the HTTP API") {
  const boost::system::error_code code = errc::store_unavailable;
  CHECK(code.message() == "store_unavailable");
  CHECK(code.category() == error_category());
  CHECK(std::string{code.category().name()} == "eventmgr");
}

TEST_CASE("the value of a failed result throws the failure") {
  const result<int> refused = failure{errc::conflict, "it exists", {{"/topic", "is taken"}}};
  try {
    (void)refused.value();
    FAIL("nothing was thrown");
  } catch (const error& thrown) {
    CHECK(thrown.reason() == refused.error());
    CHECK(thrown.code() == errc::conflict);
    CHECK(std::string{thrown.what()} == "conflict: it exists");
  }
}
