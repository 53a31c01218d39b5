#include "delivery/webhook/webhook_connection.hpp"

#include <utility>

namespace eventmgr::delivery {
namespace {

/// What an idle connection keeps of its request's memory.
constexpr std::size_t kept_capacity = std::size_t{64} << 10U;

}  // namespace

webhook_connection::webhook_connection(delivery_io& io, const webhook_limits& limits, owner& listener)
    : io_{io}, owner_{listener}, attempt_{limits} {}

webhook_connection::~webhook_connection() = default;

void webhook_connection::deliver(std::shared_ptr<webhook_line> line, std::vector<outgoing_event> events) {
  line_ = std::move(line);
  events_ = std::move(events);
  origin_ = line_->to.origin;
  began_at_ = io_.time().now();
  began_ = byte_stream::clock::now();
  line_->writer.write(request_, events_, began_at_);
  follow(attempt_.begin(stream_ != nullptr, began_, line_->ack_timeout));
}

void webhook_connection::rest(std::chrono::milliseconds limit) {
  line_.reset();
  stream_->set_deadline(byte_stream::clock::now() + limit);
}

void webhook_connection::stop() noexcept {
  stream_.reset();
  line_.reset();
  events_.clear();
}

void webhook_connection::on_open() { follow(attempt_.opened()); }

void webhook_connection::on_bytes(std::string_view bytes) {
  // Nobody asked: the server says why it is about to close, at best.
  if (!line_) return owner_.ended(*this);
  follow(attempt_.received(bytes));
}

void webhook_connection::on_drained() {
  if (line_) follow(attempt_.written(true, byte_stream::clock::now()));
}

void webhook_connection::on_deadline() {
  if (!line_) return owner_.ended(*this);
  follow(attempt_.expired());
}

void webhook_connection::on_end(const stream_end& why) {
  if (!line_) return owner_.ended(*this);
  follow(attempt_.ended(why, byte_stream::clock::now()));
}

void webhook_connection::follow(webhook_attempt::step next) {
  switch (next) {
    case webhook_attempt::step::connect:
      return open();
    case webhook_attempt::step::send:
      return send();
    case webhook_attempt::step::wait:
      return stream_->set_deadline(attempt_.deadline());
    case webhook_attempt::step::failed:
      return finish(judge_failure(attempt_.error(), events_, time()), false);
    case webhook_attempt::step::untried:
      return finish(judge_untried(events_, time()), false);
    case webhook_attempt::step::answered: {
      const auto& answer = attempt_.answer();
      const webhook_answer said{static_cast<int>(answer.status()), answer.body(), answer.retry_after()};
      return finish(judge_answer(said, events_, time()), attempt_.leaves_connection());
    }
  }
}

void webhook_connection::open() {
  stream_ = make_byte_stream(io_, line_->to, *this);
  stream_->open(attempt_.deadline());
}

void webhook_connection::send() {
  stream_->write(request_);
  follow(attempt_.written(stream_->unsent() == 0, byte_stream::clock::now()));
}

void webhook_connection::finish(std::vector<delivery_result> results, bool reusable) {
  events_.clear();
  if (request_.capacity() > kept_capacity) request_ = std::string{};
  if (!reusable) stream_.reset();
  owner_.delivered(*this, std::move(results), reusable);
}

attempt_time webhook_connection::time() const {
  return {began_at_, std::chrono::duration_cast<std::chrono::milliseconds>(byte_stream::clock::now() - began_)};
}

}  // namespace eventmgr::delivery
