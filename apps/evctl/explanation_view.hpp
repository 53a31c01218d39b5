#pragma once

#include "printer.hpp"

#include <string>
#include <string_view>

namespace eventmgr::evctl {

/// What happened to an event at one subscription, in a few words: "after 3 attempts: HTTP 500". `outcome` is the JSON
/// object of the API.
std::string outcome_words(std::string_view outcome);

/// What became of a requeue or a replay, in a few words: "requeue by plan ..., edited: delivered". `note` is the JSON
/// object of an outcome's `redeliveries`, or of a trace's timeline.
std::string redelivery_words(std::string_view note);

/// Shows how one subscription judges an event, for people: its state, and a line for each stage. In brief, of one that
/// the event is not for, only what refuses it.
void show_explanation(std::string_view subscription, bool brief, printer& out);

}  // namespace eventmgr::evctl
