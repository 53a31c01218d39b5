#include "broker/delivery/subscription_service.hpp"
#include "broker/shutting_down.hpp"

#include <algorithm>
#include <utility>

// Clients that take events by themselves: attached, or by pull.

namespace eventmgr {

namespace {

constexpr std::uint32_t max_pull = 1000;
constexpr std::chrono::milliseconds max_pull_wait{60'000};
constexpr std::chrono::milliseconds read_patience{1000};

failure wrong_channel(const subscription_definition& of, std::string_view wanted) {
  return {.code = errc::conflict,
          .message = "subscription " + of.name + " has channel " + std::string{to_string(of.channel)} + ", not " +
                     std::string{wanted}};
}

bool takes_consumers(const subscription_definition& of) {
  return of.channel == channel_kind::stream || of.channel == channel_kind::callback || of.options.realtime;
}

bool same_topics(std::vector<topic_pattern> a, std::vector<topic_pattern> b) {
  const auto by_text = [](const topic_pattern& left, const topic_pattern& right) { return left.str() < right.str(); };
  std::ranges::sort(a, by_text);
  std::ranges::sort(b, by_text);
  return a == b;
}

}  // namespace

/// One attached client, from its side. What it asks for is done on the core's thread, in order.
class subscription_service::consumer final : public consumer_sink, public std::enable_shared_from_this<consumer> {
 public:
  consumer(subscription_service& service, std::shared_ptr<consumer_sink> sink, bool follows)
      : service_{service}, sink_{std::move(sink)}, follows_{follows} {}

  /// *Core.*
  void joined(const running_ptr& to) {
    running_ = to;
    attached(to->info(), to->floor());
    key_ = to->consumers()->attach(shared_from_this());
  }
  void attached(const subscription_info& info, const position& settled) override { sink_->attached(info, settled); }
  bool offer(std::span<const leased_event> events) override { return sink_->offer(events); }
  void ended(const failure& why) override {
    const running_ptr was = running_.lock();
    // What it says from here on is meant for a group that is gone.
    running_.reset();
    if (!follows_ || !was || why.code != errc::conflict) return sink_->ended(why);
    service_.post([self = shared_from_this(), id = was->kept().record.id] {
      if (self->released_) return;
      const attach_request again{.definition = {.name = to_string(id)}};
      self->service_.join_known(again, self, self->service_.running(id));
    });
  }
  void refused(const failure& why) { sink_->ended(why); }
  bool released() const noexcept { return released_; }

  void release() {
    service_.post([self = shared_from_this()] {
      self->released_ = true;
      if (consumer_group* group = self->group()) group->detach(self->key_);
    });
  }

  void acknowledge(std::vector<lease_result> results) {
    service_.post([self = shared_from_this(), results = std::move(results)] {
      if (consumer_group* group = self->group()) group->acknowledge(results, self->key_);
    });
  }

  void resume() {
    service_.post([self = shared_from_this()] {
      if (consumer_group* group = self->group()) group->resume(self->key_);
    });
  }

 private:
  consumer_group* group() const {
    const running_ptr to = running_.lock();
    return to ? to->consumers() : nullptr;
  }

  subscription_service& service_;
  const std::shared_ptr<consumer_sink> sink_;
  const bool follows_;
  std::weak_ptr<durable_subscription> running_;
  consumer_key key_{0};
  bool released_{false};
};

std::unique_ptr<consumer_handle> subscription_service::attach(attach_request request,
                                                              std::shared_ptr<consumer_sink> sink) {
  class handle final : public consumer_handle {
   public:
    explicit handle(std::shared_ptr<consumer> who) : who_{std::move(who)} {}
    handle(const handle&) = delete;
    handle& operator=(const handle&) = delete;
    ~handle() override { who_->release(); }
    void acknowledge(std::vector<lease_result> results) override { who_->acknowledge(std::move(results)); }
    void resume() override { who_->resume(); }

   private:
    const std::shared_ptr<consumer> who_;
  };

  auto who = std::make_shared<consumer>(*this, std::move(sink), request.follow);
  post([this, request = std::move(request), who]() mutable {
    if (closing_) return who->refused(shutting_down());
    queue(
        [this, request = std::move(request), who](std::function<void()> over) { join(request, who, std::move(over)); });
  });
  return std::make_unique<handle>(std::move(who));
}

void subscription_service::join(attach_request request, const std::shared_ptr<consumer>& who,
                                std::function<void()> over) {
  if (who->released()) return over();
  const running_ptr known = find_running(request.definition.name);
  if (!known && !request.definition.topics.empty()) return make_and_join(std::move(request), who, std::move(over));
  join_known(request, who, known);
  over();
}

void subscription_service::join_known(const attach_request& request, const std::shared_ptr<consumer>& who,
                                      const running_ptr& known) {
  if (!known) return who->refused({.code = errc::not_found, .message = "no subscription " + request.definition.name});
  const subscription_definition& kept = known->kept().definition;
  if (!takes_consumers(kept)) return who->refused(wrong_channel(kept, "stream"));
  if (!request.definition.topics.empty() && !same_topics(request.definition.topics, kept.topics)) {
    return who->refused({.code = errc::conflict,
                         .message = "subscription " + kept.name + " has other topics",
                         .details = {{.pointer = "/topic", .message = "differs from that of the subscription"}}});
  }
  who->joined(known);
}

void subscription_service::make_and_join(attach_request request, const std::shared_ptr<consumer>& who,
                                         std::function<void()> over) {
  if (request.definition.channel != channel_kind::callback) request.definition.channel = channel_kind::stream;
  make(std::move(request.definition), [this, who, over = std::move(over)](result<created_subscription> made) {
    over();
    if (who->released()) return;
    if (!made) return who->refused(made.error());
    const auto found = by_id_.find(made->info.id);
    if (found == by_id_.end()) return who->refused({.code = errc::not_found, .message = "it was deleted"});
    who->joined(found->second.running);
  });
}

void subscription_service::pull(subscription_ref which, std::uint32_t max, std::chrono::milliseconds wait,
                                std::shared_ptr<std::atomic<bool>> cancelled, reply<std::vector<leased_event>> done) {
  post([this, which = std::move(which), max, wait, cancelled = std::move(cancelled), done = std::move(done)]() mutable {
    if (closing_) return done(shutting_down());
    const auto found = look_up(which, done);
    if (!found) return;
    const subscription_definition& kept = found->kept().definition;
    if (kept.channel != channel_kind::pull) return done(wrong_channel(kept, "pull"));
    // Who does not want to wait still gets what is stored, which may have to be read first.
    const auto least = found->reads() ? read_patience : std::chrono::milliseconds{0};
    const auto patience = std::clamp(wait, least, max_pull_wait);
    found->consumers()->pull(std::clamp(max, 1U, max_pull), patience, std::move(cancelled), std::move(done));
  });
}

void subscription_service::acknowledge(subscription_ref which, std::vector<lease_result> results,
                                       reply<ack_summary> done) {
  post([this, which = std::move(which), results = std::move(results), done = std::move(done)] {
    const auto found = look_up(which, done);
    if (!found) return;
    if (!found->consumers()) return done(wrong_channel(found->kept().definition, "pull"));
    done(found->consumers()->acknowledge(results, std::nullopt));
  });
}

}  // namespace eventmgr
