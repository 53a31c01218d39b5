#include "delivery/webhook/answer_parser.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using eventmgr::delivery::answer_parser;
using stage = answer_parser::stage;

namespace {

/// Feeds pieces of so many bytes; gives how many were used.
std::size_t feed(answer_parser& parser, std::string_view text, std::size_t piece) {
  std::size_t used = 0;
  while (used < text.size() && parser.at() != stage::complete && parser.at() != stage::failed) {
    const auto part = text.substr(used, piece);
    const auto taken = parser.put(part);
    used += taken;
    if (taken == 0) break;
  }
  return used;
}

struct outcome {
  unsigned status{200};
  std::string body{};
  bool reusable{true};
  bool cut{false};
};

}  // namespace

TEST_CASE("answers are read whatever the pieces that they come in") {
  struct row {
    std::string text;
    bool ended;  ///< the peer closes behind it
    outcome expected;
  };
  const std::vector<row> table{
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, {200, "ok", true}},
      {"HTTP/1.1 204 No Content\r\n\r\n", false, {204, "", true}},
      {"HTTP/1.1 204\r\nContent-Length: 5\r\n\r\n", false, {204, "", true}},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, {304, "", true}},
      {"HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n", false, {200, "", true}},
      {"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", false, {200, "x", true}},
      {"\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, {200, "", true}},
      {"HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbad",
       false,
       {500, "bad", false}},
      {"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", false, {200, "", false}},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false, {200, "ok", false}},
      {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok", false, {200, "ok", true}},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", true, {200, "until the end", false}},
      {"HTTP/1.0 200 OK\r\n\r\n", true, {200, "", false}},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxyz", true, {200, "xyz", false}},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n5;a=\"b\"\r\npedia\r\n0\r\n\r\n",
       false,
       {200, "Wikipedia", true}},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\nA \r\n0123456789\r\n000\r\nExpires: never\r\n\r\n",
       false,
       {200, "0123456789", true}},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\nx\r\n0\r\n\r\n",
       false,
       {200, "x", false}},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", false, {200, "x", true}},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\nConnection: close\r\n\r\nHTTP/1.1 200 "
       "OK\r\nContent-Length: 0\r\n\r\n",
       false,
       {200, "", true}},
  };
  for (const auto& [text, ended, expected] : table) {
    for (const std::size_t piece : {text.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      CAPTURE(text, piece);
      answer_parser parser{{}};
      CHECK(feed(parser, text, piece) == text.size());
      if (ended) {
        CHECK(parser.at() == stage::body);
        parser.finish();
      }
      REQUIRE(parser.at() == stage::complete);
      CHECK(parser.status() == expected.status);
      CHECK(parser.body() == expected.body);
      CHECK(parser.is_reusable() == expected.reusable);
      CHECK(parser.is_cut() == expected.cut);
    }
  }
}

TEST_CASE("what is no answer fails, whatever the pieces that it comes in") {
  const std::vector<std::string> table{
      "SSH-2.0-OpenSSH_9.2\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 +20 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "http/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
      "HTTP/1.1 200 OK\r\nName : space\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
  };
  for (const auto& text : table) {
    for (const std::size_t piece : {text.size(), std::size_t{1}, std::size_t{5}}) {
      CAPTURE(text, piece);
      answer_parser parser{{}};
      feed(parser, text, piece);
      CHECK(parser.at() == stage::failed);
      CHECK_FALSE(parser.fault().empty());
      CHECK_FALSE(parser.is_reusable());
    }
  }
}

TEST_CASE("an answer that breaks off fails") {
  const std::vector<std::string> table{"",
                                       "HTTP",
                                       "HTTP/1.1 200 OK\r\n",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxy",
                                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nx",
                                       "HTTP/1.1 100 Continue\r\n\r\n"};
  for (const auto& text : table) {
    CAPTURE(text);
    answer_parser parser{{}};
    parser.put(text);
    CHECK(parser.has_begun() == !text.empty());
    parser.finish();
    CHECK(parser.at() == stage::failed);
  }
}

TEST_CASE("bytes behind an answer are left alone") {
  answer_parser parser{{}};
  const std::string answer{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};

  CHECK(parser.put(answer + "HTTP/1.1 500") == answer.size());
  CHECK(parser.put("more") == 0);
  CHECK(parser.body() == "ok");
}

TEST_CASE("a body over its limit is not read: the status decides, and the connection is given up") {
  const answer_parser::limits limits{1000, 100};
  const std::vector<std::string> table{
      "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n" + std::string(101, 'x'),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(101, 'x'),
  };
  for (const auto& text : table) {
    for (const std::size_t piece : {text.size(), std::size_t{1}}) {
      CAPTURE(text, piece);
      answer_parser parser{limits};
      feed(parser, text, piece);
      REQUIRE(parser.at() == stage::complete);
      CHECK(parser.status() == 200);
      CHECK(parser.is_cut());
      CHECK(parser.body().empty());
      CHECK_FALSE(parser.is_reusable());
    }
  }
}

TEST_CASE("of a header over its limit only the status counts, if there is a final one") {
  const answer_parser::limits limits{200, 100};
  const std::string filler(200, 'x');

  answer_parser accepted{limits};
  feed(accepted, "HTTP/1.1 202 Accepted\r\nX: " + filler, 1);
  CHECK(accepted.at() == stage::complete);
  CHECK(accepted.status() == 202);
  CHECK(accepted.is_cut());

  answer_parser endless{limits};
  feed(endless, filler + filler, 3);
  CHECK(endless.at() == stage::failed);

  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  answer_parser patient{limits};
  feed(patient, interim, 10);
  CHECK(patient.at() == stage::failed);
}

TEST_CASE("a parser starts over with nothing of the last answer") {
  answer_parser parser{{}};
  parser.put("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy");
  CHECK(parser.retry_after() == "7");

  parser.reset();
  CHECK_FALSE(parser.has_begun());
  parser.put("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

  CHECK(parser.at() == stage::complete);
  CHECK(parser.status() == 200);
  CHECK(parser.retry_after().empty());
  CHECK(parser.body().empty());
  CHECK(parser.is_reusable());
}

TEST_CASE("no bytes confuse the parser into taking more than it is given, or into never coming to an end") {
  std::mt19937 random{7};
  const std::string alphabet{"HTTP/1. 204\r\n:;Contetn-LghTarsfECdigku,x\t\xFF"};
  const std::string good{
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n"};
  std::size_t ended = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = good;
    for (int change = 0; change < 3; ++change) {
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    }
    answer_parser parser{{64, 64}};
    const auto used = feed(parser, text, 1 + random() % 9);
    CHECK(used <= text.size());
    parser.finish();
    if (parser.at() == stage::complete || parser.at() == stage::failed) ++ended;
  }
  CHECK(ended == 2000);
}
