#pragma once

#include <eventmgr/error.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::evctl {

/// Says of events, as the daemon writes them, whether their topic matches and whether they pass a filter: the rules of
/// the daemon, applied here.
class event_matcher {
 public:
  /// Patterns, any of which may match (none: every topic does), and the text of a filter, or of none. Fails with what
  /// is wrong with either, as the daemon would.
  static result<event_matcher> make(const std::vector<std::string>& patterns, const std::string& filter);

  event_matcher(event_matcher&&) noexcept;
  event_matcher& operator=(event_matcher&&) noexcept;
  ~event_matcher();

  /// Throws `error` for a text that is no event.
  bool matches_topic(std::string_view event) const;
  bool passes_filter(std::string_view event) const;

 private:
  struct rules;
  explicit event_matcher(std::unique_ptr<rules> what);

  std::unique_ptr<rules> rules_;
};

}  // namespace eventmgr::evctl
