#pragma once

#include "client/endpoint.hpp"
#include "client/stream_protocol.hpp"

#include <eventmgr/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace eventmgr::client {

/// Runs a stream over WebSocket connections until its handler stops it or the interrupt is raised (success), or until
/// it cannot go on.
result<void> run_stream(const endpoint& to, const client_options& options,
                        const std::shared_ptr<boost::asio::ssl::context>& tls, stream_protocol& protocol);

}  // namespace eventmgr::client
