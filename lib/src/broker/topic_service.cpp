#include "broker/topic_service.hpp"

#include "broker/guarded.hpp"

#include <utility>

namespace eventmgr {

namespace {

result<topic_info> look_up(event_store& store, const topic_name& topic) {
  if (auto found = store.find_topic(topic)) return std::move(*found);
  return failure{.code = errc::not_found, .message = "no topic \"" + topic.str() + "\""};
}

}  // namespace

void topic_service::count_subscribers(topic_info& info) { info.subscriber_count = routes_.count(info.topic); }

void topic_service::list(std::string cursor, std::uint32_t limit, reply<topic_page> done) {
  desk_.ask<topic_page>(
      [this, cursor = std::move(cursor), limit]() -> result<topic_page> { return store_.list_topics(cursor, limit); },
      [this, done = std::move(done)](result<topic_page> page) {
        if (page) {
          for (topic_info& info : page->topics) count_subscribers(info);
        }
        done(std::move(page));
      });
}

void topic_service::find(topic_name topic, reply<topic_info> done) {
  desk_.ask<topic_info>([this, topic = std::move(topic)] { return look_up(store_, topic); },
                        [this, done = std::move(done)](result<topic_info> found) {
                          if (found) count_subscribers(*found);
                          done(std::move(found));
                        });
}

void topic_service::declare(topic_declaration declaration, declare_mode mode, reply<broker::declared_topic> done) {
  executors_.writer.post([this, declaration = std::move(declaration), mode, done = std::move(done)] {
    auto declared = guarded([&]() -> result<broker::declared_topic> {
      const auto created = store_.declare_topic(declaration, mode, time_.now());
      if (!created) return created.error();
      auto info = look_up(store_, declaration.topic);
      if (!info) return info.error();
      return broker::declared_topic{.info = std::move(*info), .created = *created};
    });
    executors_.core.post([this, declared = std::move(declared), done]() mutable {
      if (declared) count_subscribers(declared->info);
      done(std::move(declared));
    });
  });
}

void topic_service::undeclare(topic_name topic, reply<std::monostate> done) {
  executors_.writer.post([this, topic = std::move(topic), done = std::move(done)] {
    auto removed = guarded([&]() -> result<std::monostate> {
      const auto outcome = store_.undeclare_topic(topic);
      if (outcome.has_error()) return outcome.error();
      return std::monostate{};
    });
    executors_.core.post([removed = std::move(removed), done] { done(removed); });
  });
}

}  // namespace eventmgr
