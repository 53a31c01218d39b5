#pragma once

#include "exit_code.hpp"
#include "session.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace eventmgr::evctl {

/// What the command line asked for; set by the command that was named.
using command_action = std::function<exit_code(session&)>;

// Each of these adds one command, with its options, to the command line. A command that is named on it puts its action
// into `chosen`.

void add_publish(CLI::App& parent, command_action& chosen);
void add_subscribe(CLI::App& parent, command_action& chosen);
void add_listen(CLI::App& parent, command_action& chosen);
void add_expect(CLI::App& parent, command_action& chosen);

void add_topics_list(CLI::App& parent, command_action& chosen);
void add_topics_show(CLI::App& parent, command_action& chosen);
void add_topics_create(CLI::App& parent, command_action& chosen);
void add_topics_delete(CLI::App& parent, command_action& chosen);
void add_topics_match(CLI::App& parent, command_action& chosen);
void add_topics_tree(CLI::App& parent, command_action& chosen);
void add_topics_events(CLI::App& parent, command_action& chosen);

void add_events_list(CLI::App& parent, command_action& chosen);
void add_events_show(CLI::App& parent, command_action& chosen);
void add_events_why(CLI::App& parent, command_action& chosen);
void add_events_trace(CLI::App& parent, command_action& chosen);
void add_events_record(CLI::App& parent, command_action& chosen);
void add_events_play(CLI::App& parent, command_action& chosen);

void add_subscriptions_list(CLI::App& parent, command_action& chosen);
void add_subscriptions_show(CLI::App& parent, command_action& chosen);
void add_subscriptions_create(CLI::App& parent, command_action& chosen);
void add_subscriptions_edit(CLI::App& parent, command_action& chosen);
void add_subscriptions_delete(CLI::App& parent, command_action& chosen);
void add_subscriptions_pause(CLI::App& parent, command_action& chosen);
void add_subscriptions_resume(CLI::App& parent, command_action& chosen);
void add_subscriptions_seek(CLI::App& parent, command_action& chosen);
void add_subscriptions_test(CLI::App& parent, command_action& chosen);
void add_subscriptions_lag(CLI::App& parent, command_action& chosen);
void add_subscriptions_attempts(CLI::App& parent, command_action& chosen);
void add_subscriptions_backtest(CLI::App& parent, command_action& chosen);

void add_dlq_list(CLI::App& parent, command_action& chosen);
void add_dlq_show(CLI::App& parent, command_action& chosen);
void add_dlq_summary(CLI::App& parent, command_action& chosen);
void add_dlq_requeue(CLI::App& parent, command_action& chosen);
void add_dlq_discard(CLI::App& parent, command_action& chosen);
void add_dlq_export(CLI::App& parent, command_action& chosen);
void add_dlq_plans_list(CLI::App& parent, command_action& chosen);
void add_dlq_plans_show(CLI::App& parent, command_action& chosen);
void add_dlq_plans_cancel(CLI::App& parent, command_action& chosen);
void add_dlq_plans_resume(CLI::App& parent, command_action& chosen);

void add_replay(CLI::App& parent, command_action& chosen);

void add_top(CLI::App& parent, command_action& chosen);
void add_status(CLI::App& parent, command_action& chosen);
void add_verify(CLI::App& parent, command_action& chosen);
void add_config(CLI::App& parent, command_action& chosen);

}  // namespace eventmgr::evctl
