#include "integration/http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace eventmgr::test {

namespace {

std::shared_ptr<event> make_stored_event(std::string_view on_topic, std::size_t payload_bytes) {
  static thread_local std::mt19937_64 engine{std::random_device{}()};
  std::array<std::uint8_t, 10> random{};
  for (auto& byte : random) byte = static_cast<std::uint8_t>(engine());
  auto made = std::make_shared<event>();
  made->id = {make_uuid_v7(1'767'312'000'000, random)};
  made->type = "test.happened";
  made->source = "test";
  made->topic = topic_name::parse(on_topic).value();
  made->version = "1.0";
  made->payload = R"({"text":")" + std::string(payload_bytes, 'x') + "\"}";
  return made;
}

}  // namespace

raw_client::raw_client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::system_error why{errno, std::generic_category(), "connect"};
    ::close(socket_);
    throw why;
  }
}

raw_client::~raw_client() { ::close(socket_); }

bool raw_client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void raw_client::end_input() const { ::shutdown(socket_, SHUT_WR); }

bool raw_client::receive(const testing::wait_limit& patience) {
  pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
  // What is there already is not refused for the time that it took to read what came before it.
  if (::poll(&ready, 1, static_cast<int>(patience.left().count())) == 0) {
    throw std::runtime_error{"the server said nothing more after: " + buffer_.substr(0, 500)};
  }
  std::array<char, 65536> piece{};
  const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(size));
  return true;
}

std::string raw_client::read_until(std::string_view mark) {
  const testing::wait_limit patience;
  std::size_t from = 0;
  while (true) {
    const std::size_t at = buffer_.find(mark, from);
    if (at != std::string::npos) {
      std::string text = buffer_.substr(0, at + mark.size());
      buffer_.erase(0, text.size());
      return text;
    }
    from = buffer_.size() < mark.size() ? 0 : buffer_.size() - mark.size();
    if (!receive(patience)) throw std::runtime_error{"the server closed after: " + buffer_.substr(0, 500)};
  }
}

std::string raw_client::read_some(std::size_t most) {
  if (buffer_.empty() && !receive(testing::wait_limit{})) {
    throw std::runtime_error{"the server closed in the middle of an answer"};
  }
  std::string text = buffer_.substr(0, most);
  buffer_.erase(0, text.size());
  return text;
}

std::string raw_client::read_all() {
  const testing::wait_limit patience;
  while (receive(patience)) {
  }
  return std::exchange(buffer_, {});
}

std::string reply_text::field(std::string_view name) const {
  const std::string mark = "\r\n" + std::string{name} + ": ";
  const std::size_t at = head.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

reply_text read_reply(raw_client& client, bool bodiless) {
  reply_text reply;
  reply.head = client.read_until("\r\n\r\n");
  reply.status = static_cast<unsigned>(std::stoul(reply.head.substr(9, 3)));
  const std::string length = reply.field("Content-Length");
  if (bodiless || length.empty()) return reply;
  std::size_t missing = std::stoul(length);
  while (missing > 0) {
    std::string piece = client.read_some(missing);
    missing -= piece.size();
    reply.body += piece;
  }
  return reply;
}

std::string request_text(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view fields) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(fields);
  if (!body.empty()) {
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  text += "\r\n";
  text += body;
  return text;
}

reply_text fetch(std::uint16_t port, std::string_view method, std::string_view target, std::string_view body) {
  raw_client client{port};
  client.send(request_text(method, target, body, "Connection: close\r\n"));
  return read_reply(client, method == "HEAD");
}

http_fixture::http_fixture(transport::http_server_options options, std::size_t threads,
                           transport::upgrade_handler upgrade)
    : store_{make_memory_event_store(1, faults)} {
  for (std::size_t i = 0; i < threads; ++i) threads_.push_back(std::make_unique<io_thread>());
  core_ = std::make_unique<asio_executor>(threads_.front()->context);
  bell_ = std::make_unique<asio_alarm>(threads_.front()->context);
  channels_ = std::make_unique<fake_channels>(*core_);
  events = broker::make(
      {.store = *store_,
       .time = clock_,
       .process = probe_,
       .documents = documents_,
       .texts = texts_,
       .redeliveries = redeliveries_,
       .channels = *channels_,
       .bell = *bell_},
      {.core = *core_, .writer = writer_, .readers = readers_, .queries = readers_, .background = readers_},
      {.version = "test"});
  options.port = 0;
  const auto io = contexts();
  server = transport::make_http_server(io, *events, std::move(options),
                                       {.upgrade = std::move(upgrade), .prometheus_text = [] { return "up 1\n"; }});
  server->start();
  for (const auto& one : threads_) {
    one->runner = std::thread{[&context = one->context] { context.run(); }};
  }
}

http_fixture::~http_fixture() {
  faults->clear();
  server->close();
  std::promise<void> drained;
  events->drain([&] {
    // A context with a timer that is set would run until it is due.
    bell_->cancel();
    drained.set_value();
  });
  drained.get_future().wait();
  for (const auto& one : threads_) one->work.reset();
  for (const auto& one : threads_) one->runner.join();
  writer_.stop();
  readers_.stop();
  events.reset();
}

std::vector<boost::asio::io_context*> http_fixture::contexts() {
  std::vector<boost::asio::io_context*> all;
  for (const auto& one : threads_) all.push_back(&one->context);
  return all;
}

void http_fixture::publish(std::string_view topic, std::size_t count, std::size_t payload_bytes) {
  for (std::size_t i = 0; i < count; ++i) {
    std::promise<bool> stored;
    events->publish({make_stored_event(topic, payload_bytes)},
                    [&](const auto& done) { stored.set_value(!done.has_error()); });
    if (!stored.get_future().get()) throw std::runtime_error{"the event was not stored"};
  }
}

std::future<void> http_fixture::drain() {
  const auto done = std::make_shared<std::promise<void>>();
  server->drain([done] { done->set_value(); });
  return done->get_future();
}

transport::http_server_options with_limits(const std::function<void(transport::http_limits&)>& set) {
  transport::http_server_options options;
  set(options.limits);
  return options;
}

}  // namespace eventmgr::test
