#include "delivery/webhook/webhook_attempt.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::delivery {
namespace {

std::string spell(std::chrono::milliseconds time) {
  using std::chrono::seconds;
  const auto whole = std::chrono::duration_cast<seconds>(time);
  return time == whole ? std::to_string(whole.count()) + " s" : std::to_string(time.count()) + " ms";
}

std::string reason_of(const stream_end& end) {
  switch (end.at) {
    case stream_end::stage::name:
      return "cannot resolve " + end.why;
    case stream_end::stage::guard:
      return "the endpoint is refused: " + end.why;
    case stream_end::stage::connect:
      return "cannot connect: " + end.why;
    case stream_end::stage::handshake:
    case stream_end::stage::open:
      return end.why;
  }
  return end.why;
}

}  // namespace

webhook_attempt::step webhook_attempt::begin(bool pooled, clock::time_point now, std::chrono::milliseconds timeout) {
  answer_.reset();
  error_.clear();
  timeout_ = timeout;
  end_ = now + timeout;
  if (!pooled) return connect(now);
  pooled_ = true;
  return opened();
}

webhook_attempt::step webhook_attempt::opened() {
  phase_ = phase::sending;
  sent_ = surplus_ = false;
  return step::send;
}

webhook_attempt::step webhook_attempt::written(bool all, clock::time_point now) {
  sent_ = all;
  phase_ = all ? phase::answering : phase::sending;
  deadline_ = all ? end_ : std::min(end_, now + limits_.write);
  return step::wait;
}

webhook_attempt::step webhook_attempt::received(std::string_view bytes) {
  surplus_ = answer_.put(bytes) < bytes.size();
  return look_at_answer();
}

webhook_attempt::step webhook_attempt::ended(const stream_end& why, clock::time_point now) {
  if (why.untried) return step::untried;
  if (phase_ == phase::connecting) {
    if (!why.timed_out) return fail(reason_of(why));
    const bool whole = now >= end_;
    return fail(whole ? "timed out after " + spell(timeout_)
                      : "timed out connecting after " + spell(limits_.connect) + ": " + why.why);
  }
  if (pooled_ && !answer_.has_begun() && now < end_) return connect(now);
  if (!why.by_peer) return fail(reason_of(why));
  answer_.finish();
  return look_at_answer();
}

webhook_attempt::step webhook_attempt::expired() {
  if (deadline_ == end_) return fail("timed out after " + spell(timeout_));
  return fail("timed out sending the request after " + spell(limits_.write));
}

webhook_attempt::step webhook_attempt::connect(clock::time_point now) {
  pooled_ = false;
  phase_ = phase::connecting;
  deadline_ = std::min(end_, now + limits_.connect);
  return step::connect;
}

webhook_attempt::step webhook_attempt::fail(std::string why) {
  error_ = std::move(why);
  return step::failed;
}

webhook_attempt::step webhook_attempt::look_at_answer() {
  switch (answer_.at()) {
    case answer_parser::stage::complete:
      return step::answered;
    case answer_parser::stage::failed:
      return fail(std::string{answer_.fault()});
    case answer_parser::stage::header:
    case answer_parser::stage::body:
      break;
  }
  return step::wait;
}

}  // namespace eventmgr::delivery
