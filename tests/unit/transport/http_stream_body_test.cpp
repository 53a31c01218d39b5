#include "transport/http/stream_body.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace eventmgr::transport;

namespace {

struct stream_under_test {
  int wakes{0};
  int drains{0};
  int closes{0};
  std::shared_ptr<stream_body> body;

  explicit stream_under_test(stream_body::framing form, std::size_t capacity = 1000) {
    stream_hooks hooks;
    hooks.drained = [this] { ++drains; };
    hooks.tick = [](response_stream& stream) { stream.try_write(":", "", "\n\n"); };
    hooks.closed = [this] { ++closes; };
    body = std::make_shared<stream_body>(
        form, capacity, [this](const std::shared_ptr<stream_body>&) { ++wakes; }, std::move(hooks));
  }

  std::string taken() {
    std::string all;
    std::string piece;
    while (body->take(piece)) all += piece;
    return all;
  }
};

}  // namespace

TEST_CASE("a chunked stream frames each piece and ends with an empty chunk") {
  stream_under_test stream{{.chunked = true}};

  stream.body->start("HEAD");
  CHECK(stream.body->try_write("data: ", "0123456789", "\n\n"));
  stream.body->write("more");
  stream.body->finish();

  CHECK(stream.taken() == "HEAD12\r\ndata: 0123456789\n\n\r\n4\r\nmore\r\n0\r\n\r\n");
  CHECK(stream.body->finished());
}

TEST_CASE("a stream for HTTP/1.0 is sent as it is") {
  stream_under_test stream{{.chunked = false}};

  stream.body->start("HEAD");
  CHECK(stream.body->try_write("data: ", "x", "\n\n"));
  stream.body->finish();

  CHECK(stream.taken() == "HEADdata: x\n\n");
}

TEST_CASE("a stream without a body sends its head and ends") {
  stream_under_test stream{{.chunked = true, .bodiless = true}};

  stream.body->start("HEAD");
  CHECK_FALSE(stream.body->try_write("a", "b", "c"));
  stream.body->finish();

  CHECK(stream.taken() == "HEAD");
  CHECK(stream.body->finished());
}

TEST_CASE("a full stream refuses pieces, says when there is room, and still takes what must not be lost") {
  stream_under_test stream{{.chunked = false}, 8};
  CHECK(stream.body->try_write("12", "34", "56"));

  CHECK_FALSE(stream.body->try_write("7", "8", "9"));
  stream.body->write("!");

  CHECK(stream.taken() == "123456!");
  CHECK(stream.drains == 1);
}

TEST_CASE("an ended stream takes nothing more") {
  stream_under_test stream{{.chunked = true}};
  stream.body->finish();
  stream.body->finish();

  CHECK_FALSE(stream.body->try_write("a", "b", "c"));
  stream.body->write("d");
  stream.body->tick();

  CHECK(stream.taken() == "0\r\n\r\n");
}

TEST_CASE("finishing wakes the connection even if it has just looked") {
  stream_under_test stream{{.chunked = false}};
  stream.body->start("HEAD");
  CHECK(stream.taken() == "HEAD");
  const int before = stream.wakes;

  stream.body->finish();

  CHECK(stream.wakes > before);
}

TEST_CASE("the writer is told once that the connection has gone") {
  stream_under_test stream{{.chunked = true}};

  stream.body->close();
  stream.body->close();

  CHECK(stream.closes == 1);
  CHECK_FALSE(stream.body->try_write("a", "b", "c"));
}

TEST_CASE("a tick lets the writer show that it is alive") {
  stream_under_test stream{{.chunked = true}};
  stream.body->tick();
  CHECK(stream.taken() == "3\r\n:\n\n\r\n");
}
