#pragma once

#include "broker/broker.hpp"

#include <eventmgr/time.hpp>

#include <string>
#include <utility>

namespace eventmgr::transport {

/// When the first page of a query was asked for. Its cursors carry that, so that a duration means the same time in all
/// its pages; the store's cursors hold for one query, and its times are a part of it.
class page_moment {
 public:
  /// Takes the moment off the end of `cursor`. Without one it is `now`: this is the first page, or the cursor is one of
  /// the store itself, which goes on wherever no duration is given.
  page_moment(time_point now, std::string& cursor);

  time_point at() const noexcept { return at_; }

  /// A reply that passes pages on to `answer`, with the store's cursor as the client is to be given it.
  template <class Page>
  reply<Page> sealing(reply<Page> answer) const {
    return [asked = *this, answer = std::move(answer)](result<Page> found) {
      if (found) found->next_cursor = asked.seal(std::move(found->next_cursor));
      answer(std::move(found));
    };
  }

 private:
  /// Empty where there is no more.
  std::string seal(std::string cursor) const;

  time_point at_;
};

}  // namespace eventmgr::transport
