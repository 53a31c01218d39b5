#include "runtime/descriptor_limit.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <cstdint>

using namespace eventmgr;

TEST_CASE("connections are admitted as far as there are descriptors, with some to spare") {
  struct row {
    std::uint32_t wanted;
    std::uint64_t descriptors;
    std::uint32_t admitted;
  };
  for (const row& each : {row{10'000, 1'048'576, 10'000}, row{10'000, 1024, 768}, row{10'000, 4096, 3072},
                          row{10'000, 10'000, 8976}, row{100, 1024, 100}, row{10'000, 100, 36}, row{10'000, 20, 1}}) {
    INFO(each.wanted << " of " << each.descriptors);
    CHECK(admissible_connections(each.wanted, each.descriptors) == each.admitted);
  }
}

TEST_CASE("the soft limit of open files is raised to the hard one") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit lowered = before;
  lowered.rlim_cur = before.rlim_max / 2;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);

  CHECK(raise_descriptor_limit() == before.rlim_max);

  rlimit after{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
  CHECK(after.rlim_cur == before.rlim_max);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}
