#pragma once

#include "transport/http/api.hpp"

#include <memory>
#include <utility>

namespace eventmgr::transport {

/// A reply that answers with what `render` makes of the value, an `http_response`, or with the failure. What may be
/// large is rendered on the connection's thread, not on the core's.
template <class T, class Render>
reply<T> reply_with(std::shared_ptr<exchange> item, Render render) {
  return [item = std::move(item), render = std::move(render)](result<T> done) {
    if (done.has_error()) return fail(*item, done.error());
    auto value = std::make_shared<const T>(std::move(*done));
    item->post([item, render, value] { item->respond(render(*value)); });
  };
}

}  // namespace eventmgr::transport
