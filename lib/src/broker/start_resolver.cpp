#include "broker/start_resolver.hpp"

#include "broker/guarded.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace eventmgr {

namespace {

class resolver {
 public:
  resolver(const start_context& context, std::string pointer, reply<position> done)
      : context_{context}, pointer_{std::move(pointer)}, done_{std::move(done)} {}

  void operator()(const start_now&) { done_(heads()); }

  void operator()(const start_earliest&) {
    ask([&store = context_.store]() -> result<position> {
      position first;
      for (const partition_state& state : store.partitions()) first.after.push_back({state.first.value - 1});
      return first;
    });
  }

  void operator()(const time_point& from) {
    ask([&store = context_.store, from]() -> result<position> { return store.position_at(from); });
  }

  void operator()(const offset& first) {
    if (heads().after.size() != 1) return refuse("an offset names no place where there are several partitions");
    if (first.value == 0) return refuse("offsets begin at 1");
    if (first > heads().after[0].next()) return refuse("the log has not come to that offset");
    done_(position{.after = {offset{first.value - 1}}});
  }

  void operator()(const position& place) {
    if (place.after.size() != heads().after.size()) return refuse("not a position in this log");
    for (std::size_t i = 0; i < heads().after.size(); ++i) {
      if (place.after[i] > heads().after[i]) return refuse("the log has not come to that position");
    }
    done_(place);
  }

 private:
  const position& heads() const noexcept { return context_.flow.heads(); }

  void refuse(std::string message) {
    done_(failure{.code = errc::invalid_request,
                  .message = "there is no such place in the log",
                  .details = {{.pointer = pointer_, .message = std::move(message)}}});
  }

  template <class Work>
  void ask(Work work) {
    context_.readers.post([context = context_, work = std::move(work), done = std::move(done_)] {
      context.core.post([context, found = guarded(work), done] {
        if (found.has_error()) return done(found.error());
        // The store may have committed what the sequencer has yet to see.
        position start = *found;
        const position& heads = context.flow.heads();
        for (std::size_t i = 0; i < start.after.size(); ++i) start.after[i] = std::min(start.after[i], heads.after[i]);
        done(std::move(start));
      });
    });
  }

  const start_context& context_;
  std::string pointer_;
  reply<position> done_;
};

}  // namespace

void resolve_start(const start_context& context, const start_point& start, std::string pointer, reply<position> done) {
  std::visit(resolver{context, std::move(pointer), std::move(done)}, start);
}

}  // namespace eventmgr
