// How long a program takes from start to end: `startup_bench [PROGRAM [ARGUMENT...]]`, by default `evctl --help`.

#include "support/process.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <span>
#include <vector>

int main(int argc, char** argv) {
  using clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::duration<double, std::milli>;
  constexpr std::size_t runs = 100;

  const std::span<char*> arguments{argv, static_cast<std::size_t>(argc)};
  eventmgr::testing::process_options options;
  options.command.assign(arguments.begin() + 1, arguments.end());
  if (options.command.empty()) options.command = {eventmgr::testing::program_path("evctl"), "--help"};

  std::vector<double> took;
  for (std::size_t run = 0; run < runs; ++run) {
    const auto start = clock::now();
    eventmgr::testing::process child{options};
    // The end of its output is seen at once; `wait` looks only every few milliseconds.
    child.wait_for_out(std::string_view{"\0", 1});
    took.push_back(milliseconds{clock::now() - start}.count());
    if (!child.wait()) return 1;
  }
  std::ranges::sort(took);
  std::cout << options.command.front() << ": " << runs << " runs, median " << took[runs / 2] << " ms, longest "
            << took[runs - 1] << " ms\n";
}
