#include "trace_view.hpp"

#include "explanation_view.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace eventmgr::evctl;

TEST_CASE("an entry of a timeline is told in words") {
  const auto& [entry, expected] = GENERATE(table<std::string, std::string>({
      {R"({"kind":"received","at":"2026-01-02T03:04:05.000Z"})", "received"},
      {R"({"kind":"attempt","name":"billing","attempt":2,"origin":"requeue","success":false,"error":"HTTP 500"})",
       "billing: attempt 2 (requeue): HTTP 500"},
      {R"({"kind":"deadLetter","name":"billing","attempt":2,"error":"HTTP 500"})", "billing: dead letter: HTTP 500"},
      {R"({"kind":"delivered","name":"billing","attempt":1,"durationMs":12})",
       "billing: delivered by attempt 1 in 12 ms"},
      {R"({"kind":"delivered","name":"billing","at":null,"timeNotKept":"deliveryLog is failures"})",
       "billing: delivered; time not kept: deliveryLog is failures"},
      {R"({"kind":"discarded","name":"billing","at":null,"timeNotKept":"discarding leaves none"})",
       "billing: dead letter discarded; time not kept: discarding leaves none"},
      {R"({"kind":"requeue","name":"billing","planId":"01","single":true,"edited":true,"outcome":"delivered"})",
       "billing: requeue by plan 01, of it alone, edited: delivered"},
      {R"({"kind":"requeue","name":"billing","planId":"01","single":false,"edited":false,"outcome":"failed",)"
       R"("error":"HTTP 500"})",
       "billing: requeue by plan 01: given up once more: HTTP 500"},
      {R"({"kind":"requeue","name":"billing","at":null,"single":null,"edited":null,"outcome":"delivered",)"
       R"("timeNotKept":"an earlier release kept no plan"})",
       "billing: requeue: delivered; time not kept: an earlier release kept no plan"},
      {R"({"kind":"replay","name":"billing","replayId":"02","outcome":"pending"})",
       "billing: replay 02: not delivered yet"},
      {R"({"kind":"replay","name":"billing","replayId":"02","outcome":"ended"})",
       "billing: replay 02: ended before it was delivered"},
      {R"({"kind":"yet unknown","name":"billing"})", "billing: yet unknown"},
  }));
  CHECK(entry_words(entry) == expected);
}

TEST_CASE("an outcome says when it was acknowledged, or that the time is not kept, and what was put in again") {
  const auto& [outcome, expected] = GENERATE(table<std::string, std::string>({
      {R"({"state":"acknowledged","attempts":1,"acknowledgedAt":"T","acknowledgement":{"attempt":1,"durationMs":12}})",
       "1 attempt; at T, in 12 ms"},
      {R"({"state":"acknowledged","attempts":1,"timeNotKept":"deliveryLog is failures"})",
       "1 attempt; time not kept: deliveryLog is failures"},
      {R"({"state":"deadLetter","attempts":2,"redeliveries":[{"kind":"requeue","planId":"01","outcome":"pending"}]})",
       "2 attempts; requeue by plan 01: not delivered yet"},
      {R"({"state":"deadLetter","attempts":2,"redeliveries":[{"kind":"requeue","planId":"01","outcome":"failed"},)"
       R"({"kind":"replay","replayId":"02","outcome":"delivered"}]})",
       "2 attempts; 2 requeues and replays, the last: replay 02: delivered"},
  }));
  CHECK(outcome_words(outcome) == expected);
}
