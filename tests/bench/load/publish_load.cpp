#include "bench/load/publish_load.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace eventmgr::bench {

namespace {

constexpr std::chrono::minutes store_limit(10);

}  // namespace

publish_load::publish_load(event_loop& loop, const run_clock& clock, const endpoint& where, const event_spec& spec,
                           const publish_shape& shape, std::function<void(std::size_t)> on_idle)
    : clock_(clock), source_(spec), batched_(shape.batch > 0), on_idle_(std::move(on_idle)) {
  lines_.reserve(shape.connections);
  for (std::size_t i = 0; i < shape.connections; ++i) {
    lines_.push_back(
        {publish_request(spec, shape.batch, where.authority()), std::make_unique<publisher>(loop, where, i, *this)});
  }
}

void publish_load::send_on(std::size_t connection, send_stamp intended) {
  auto& used = lines_[connection];
  source_.renew(used.request, intended);
  used.intended = intended;
  ++in_flight_;
  used.connection->send(used.request.bytes());
}

void publish_load::answered(publisher& from, const http_answer& answer) {
  const auto& used = lines_[from.index()];
  --in_flight_;
  answer_times_.add(clock_.now() - used.intended);

  // In a batch the summary is the last member: look for it from the end.
  const auto needle = batched_ ? std::string_view(R"("failedCount":0)") : std::string_view(R"("success":true)");
  const auto found = batched_ ? answer.body.rfind(needle) : answer.body.find(needle);
  if (answer.status == 200 && found != std::string_view::npos) {
    acknowledged_ += used.request.event_count();
  } else {
    refused_ += used.request.event_count();
    if (first_refusal_.empty())
      first_refusal_ = std::to_string(answer.status) + " " + std::string(answer.body.substr(0, 300));
  }
  on_idle_(from.index());
}

std::string publish_load::refusal_summary() const {
  if (refused_ == 0) return "no event was refused";
  return std::to_string(refused_) + " events were refused, the first by " + first_refusal_;
}

paced_load::paced_load(event_loop& loop, const run_clock& clock, const endpoint& where, const event_spec& spec,
                       const publish_shape& shape)
    : clock_(clock), load_(loop, clock, where, spec, shape, [this](std::size_t connection) {
        idle_.push_back(connection);
        send_due();
      }) {
  for (std::size_t i = 0; i < load_.connections(); ++i) idle_.push_back(i);
}

void paced_load::set_rate(double events_per_second, send_stamp from) {
  interval_ = std::chrono::duration<double, std::micro>(1e6 * static_cast<double>(load_.events_per_request()) /
                                                        events_per_second);
  rate_since_ = from;
  sent_at_rate_ = 0;
}

void paced_load::send_due() {
  const auto now = std::min(clock_.now(), stop_at_);
  while (!idle_.empty()) {
    const auto due =
        rate_since_ + std::chrono::duration_cast<send_stamp>(interval_ * static_cast<double>(sent_at_rate_));
    if (due >= now) return;
    const auto connection = idle_.front();
    idle_.pop_front();
    ++sent_at_rate_;
    load_.send_on(connection, due);
  }
}

void paced_load::run(event_loop& loop, send_stamp until) {
  stop_at_ = until;
  while (clock_.now() < until) {
    send_due();
    const auto next =
        rate_since_ + std::chrono::duration_cast<send_stamp>(interval_ * static_cast<double>(sent_at_rate_));
    // Without an idle connection the next answer wakes us, not the clock.
    loop.run_once(clock_.time_of(idle_.empty() ? until : std::min(until, next)));
  }
  send_due();
}

bool paced_load::drain(event_loop& loop, std::chrono::seconds limit) {
  return loop.run_until(steady_clock::now() + limit, [&] { return load_.in_flight() == 0; });
}

std::uint64_t store_events(const endpoint& where, const event_spec& spec, std::uint64_t count) {
  event_loop loop;
  const run_clock clock;
  std::optional<publish_load> load;
  std::uint64_t sent = 0;
  const auto send = [&](std::size_t connection) {
    if (sent >= count) return;
    sent += load->events_per_request();
    load->send_on(connection, clock.now());
  };
  load.emplace(loop, clock, where, spec, publish_shape{4, 100}, send);
  for (std::size_t i = 0; i < load->connections(); ++i) send(i);
  if (!loop.run_until(steady_clock::now() + store_limit, [&] { return load->in_flight() == 0; })) {
    throw std::runtime_error("the events were not stored within ten minutes");
  }
  if (load->refused() > 0) throw std::runtime_error(load->refusal_summary());
  return load->acknowledged();
}

}  // namespace eventmgr::bench
