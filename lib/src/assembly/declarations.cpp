#include "assembly/declarations.hpp"

#include "broker/broker.hpp"
#include "broker/delivery/subscription_face.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace eventmgr::assembly {

namespace {

/// Waits for so many answers. Used on the core's thread, but for its making.
class declaration_answers {
 public:
  declaration_answers(std::size_t expected, declarations_done done) : missing_{expected}, done_{std::move(done)} {}

  /// The answer to one declaration.
  template <class T>
  void take(const std::string& what, const result<T>& answer) {
    if (answer.has_error()) {
      const failure why = answer.error();
      std::string text = what + ": " + why.message;
      for (const problem& each : why.details) text.append("; ").append(each.pointer).append(" ").append(each.message);
      faults_.push_back(std::move(text));
    }
    if (--missing_ == 0) done_(faults_);
  }

 private:
  std::size_t missing_;
  const declarations_done done_;
  std::vector<std::string> faults_;
};

std::string named(const subscription_definition& declared) { return "subscription " + declared.name; }

}  // namespace

void check_declarations(broker& events, const settings& options, declarations_done done) {
  if (options.subscriptions.empty()) return done({});
  const auto answers = std::make_shared<declaration_answers>(options.subscriptions.size(), std::move(done));
  for (const subscription_definition& declared : options.subscriptions) {
    events.subscriptions().check(
        declared, [answers, what = named(declared)](const auto& answer) { answers->take(what, answer); });
  }
}

void apply_declarations(broker& events, const settings& options, declarations_done done) {
  const std::size_t count = options.topics.size() + options.subscriptions.size();
  if (count == 0) return done({});
  const auto answers = std::make_shared<declaration_answers>(count, std::move(done));
  for (const topic_declaration& declared : options.topics) {
    events.declare_topic(
        declared, declare_mode::replace,
        [answers, what = "topic " + declared.topic.str()](const auto& answer) { answers->take(what, answer); });
  }
  for (const subscription_definition& declared : options.subscriptions) {
    events.subscriptions().create(
        declared, [answers, what = named(declared)](const auto& answer) { answers->take(what, answer); });
  }
}

}  // namespace eventmgr::assembly
