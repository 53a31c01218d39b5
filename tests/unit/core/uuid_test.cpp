#include "core/uuid_v7_generator.hpp"

#include <eventmgr/id.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace eventmgr;

TEST_CASE("a UUID is read in either case and written in lower case") {
  const auto id = parse_uuid("F81D4FAE-7dec-11D0-A765-00a0c91e6bf6");
  REQUIRE(id);
  CHECK(to_string(*id) == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  CHECK(event_id::parse(to_string(*id))->value == *id);
  CHECK(parse_uuid("00000000-0000-0000-0000-000000000000")->is_nil());
}

TEST_CASE("what is not of the form 8-4-4-4-12 is no UUID") {
  for (const char* text : {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
                           "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf66",
                           "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae-7dec-11d0-a76500-a0c91e6bf6",
                           "f81d4fae-7dec-11d0-a765_00a0c91e6bf6", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                           " 81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
    INFO(text);
    CHECK_FALSE(parse_uuid(text));
  }
}

TEST_CASE("a UUIDv5 is the one of RFC 9562") {
  const auto dns = parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  CHECK(to_string(make_uuid_v5(dns, "www.example.com")) == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST_CASE("a UUIDv7 is the one of RFC 9562") {
  // rand_a is CC3, rand_b is 18C4DC0C0C07398F: joined and cut to 74 bits.
  const std::array<std::uint8_t, 10> random{0x03, 0x30, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
  const uuid made = make_uuid_v7(0x017F22E279B0, random);
  CHECK(to_string(made) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  CHECK(unix_ms_of(made) == 0x017F22E279B0);
}

TEST_CASE("only a UUIDv7 has a time") {
  CHECK_FALSE(unix_ms_of(uuid{}));
  CHECK_FALSE(unix_ms_of(make_uuid_v5({}, "a")));
  CHECK_FALSE(unix_ms_of(*parse_uuid("017f22e2-79b0-4cc3-98c4-dc0c0c07398f")));
  CHECK_FALSE(unix_ms_of(*parse_uuid("017f22e2-79b0-7cc3-d8c4-dc0c0c07398f")));
}

TEST_CASE("generated ids ascend, within a millisecond and when the clock steps back") {
  uuid_v7_generator generator;
  std::set<uuid> seen;
  uuid last{};
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t at = i < 4000 ? 1'700'000'000'000 + i / 100 : 1'600'000'000'000;
    const uuid id = generator.next(at);
    if (!(last < id)) FAIL(to_string(last) << " is not before " << to_string(id));
    last = id;
    seen.insert(id);
    if ((id.bytes[6] >> 4U) != 7 || (id.bytes[8] >> 6U) != 2) FAIL(to_string(id));
  }
  CHECK(seen.size() == 5000);
}

TEST_CASE("a generated id begins with its time") {
  uuid_v7_generator generator;
  CHECK(to_string(generator.next(0x017F22E279B0)).starts_with("017f22e2-79b0-7"));
}
