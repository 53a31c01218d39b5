#include "../json_text.hpp"
#include "../tail_news.hpp"
#include "codec/object_writer.hpp"
#include "subscribe.hpp"

namespace eventmgr::evctl {
namespace {

using client::tail_step;
using client::verdict;

/// Says what becomes of the connection, and counts.
class consumer_news : public client::consumer_handler {
 public:
  consumer_news(session& here, const subscribe_options& options)
      : here_{here}, losses_{here}, name_{options.durable}, wanted_{options.stream.count} {}

  void on_attached(bool resumed) override {
    here_.say((resumed ? "attached again to " : "attached to ") + name_);
    losses_.found();
  }

  void on_disconnected(const failure& why, std::chrono::milliseconds) override { losses_.lost(why); }

 protected:
  session& here() const noexcept { return here_; }

  tail_step next() noexcept {
    ++seen_;
    return wanted_ > 0 && seen_ >= wanted_ ? tail_step::stop : tail_step::go_on;
  }

 private:
  session& here_;
  loss_news losses_;
  const std::string name_;
  const std::uint64_t wanted_;
  std::uint64_t seen_{0};
};

/// An event is acknowledged once it has been written to standard output.
class consumer_printer final : public consumer_news {
 public:
  using consumer_news::consumer_news;

  verdict on_event(const client::consumed_event& item, client::stream_link&) override {
    print_event(item.json, here());
    return {.then = next()};
  }

  void before_acknowledging() override { here().output().flush(); }
};

/// The command's exit status decides.
class consumer_command final : public consumer_news {
 public:
  consumer_command(session& here, const subscribe_options& options)
      : consumer_news{here, options}, command_{options.command, here.stop()} {}

  verdict on_event(const client::consumed_event& item, client::stream_link& link) override {
    using outcome = event_command::outcome;
    const auto ended = command_.run(item.json, item.attempt, link);
    if (ended.what != outcome::done) say_ending(item.json, ended, here());
    switch (ended.what) {
      case outcome::done:
        return {.then = next()};
      case outcome::failed:
        return {verdict::outcome::retry, ended.why, next()};
      case outcome::refused:
        return {verdict::outcome::give_up, ended.why, next()};
      case outcome::unusable:
        unusable_ = true;
        break;
      case outcome::interrupted:
        break;
    }
    return {verdict::outcome::leave, {}, tail_step::stop};
  }

  bool is_unusable() const noexcept { return unusable_; }

 private:
  const event_command command_;
  bool unusable_{false};
};

/// The options of a subscription that is made now. A command takes one event at a time, so no more than one is to wait
/// here while its time runs out.
std::string write_options(const subscribe_options& given) {
  std::string out;
  codec::object_writer options{out};
  if (given.window) {
    options.number("maxConcurrency", *given.window);
  } else if (!given.command.empty()) {
    options.number("maxConcurrency", 1);
  }
  if (!given.ack_timeout.empty()) options.text("ackTimeoutMs", given.ack_timeout);
  options.end();
  if (out == "{}") out.clear();
  return out;
}

result<client::consume_options> make_consumer(const subscribe_options& given, session& here) {
  auto filter = read_filter(given.stream, here);
  if (!filter) return filter.error();
  auto start = read_start(given.stream, *filter, here);
  if (!start) return start.error();
  client::consume_options wanted;
  wanted.name = given.durable;
  wanted.topics = given.stream.patterns;
  wanted.start = *std::move(start);
  wanted.filter = *std::move(filter);
  wanted.options = write_options(given);
  if (!given.command.empty()) wanted.acknowledge_together = 1;
  return wanted;
}

/// A subscription that is there already may hand a command more than it can work at. What cannot be asked is not said.
void warn_of_concurrency(const subscribe_options& options, session& here) {
  const auto known = here.client().subscriptions().get(options.durable);
  const auto most = known ? member_text(*known, "/options/maxConcurrency").value_or("1") : "1";
  if (most == "1") return;
  here.say(
      options.durable + " gives out up to " + most +
      " events at once (maxConcurrency): while the command works at one, the time of the others runs; 1 avoids it");
}

}  // namespace

exit_code run_consumer(const subscribe_options& options, session& here) {
  const output_watch watch{here.stop()};
  const auto wanted = make_consumer(options, here);
  if (!wanted) return here.fail(wanted.error());
  if (options.command.empty()) {
    consumer_printer handler{here, options};
    const auto ended = here.client().consume(*wanted, handler);
    return ended ? exit_code::done : here.fail(ended.error());
  }
  warn_of_concurrency(options, here);
  consumer_command handler{here, options};
  const auto ended = here.client().consume(*wanted, handler);
  if (!ended) return here.fail(ended.error());
  return handler.is_unusable() ? exit_code::failed : exit_code::done;
}

}  // namespace eventmgr::evctl
