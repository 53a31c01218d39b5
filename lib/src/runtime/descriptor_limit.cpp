#include "runtime/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace eventmgr {

namespace {

constexpr std::uint64_t least_reserve = 64;
constexpr std::uint64_t most_reserve = 1024;

}  // namespace

std::uint64_t raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return most_reserve;
  rlimit raised = limit;
  raised.rlim_cur = raised.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

std::uint32_t admissible_connections(std::uint32_t wanted, std::uint64_t descriptors) noexcept {
  const std::uint64_t reserve = std::clamp(descriptors / 4, least_reserve, most_reserve);
  const std::uint64_t free = descriptors > reserve ? descriptors - reserve : 1;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, free));
}

}  // namespace eventmgr
