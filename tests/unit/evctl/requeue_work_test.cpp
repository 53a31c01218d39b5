#include "requeue_work.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr::evctl;

TEST_CASE("a plan is done when all that it selected was delivered, and partly done when some was") {
  const auto& [counts, expected] = GENERATE(table<std::string, exit_code>({
      {R"("matched":3,"delivered":3,"failed":0,"skipped":0)", exit_code::done},
      {R"("matched":0,"delivered":0,"failed":0,"skipped":0)", exit_code::done},
      {R"("matched":3,"delivered":2,"failed":1,"skipped":0)", exit_code::partly},
      {R"("matched":3,"delivered":1,"failed":0,"skipped":2)", exit_code::partly},
      {R"("matched":3,"delivered":2,"failed":0,"skipped":0)", exit_code::partly},
      {R"("matched":3,"delivered":0,"failed":3,"skipped":0)", exit_code::failed},
      {R"("matched":3,"delivered":0,"failed":0,"skipped":0)", exit_code::failed},
  }));
  CAPTURE(counts);
  CHECK(judge_requeue(R"({"status":"completed",)" + counts + "}") == expected);
}
