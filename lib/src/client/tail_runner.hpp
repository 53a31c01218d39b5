#pragma once

#include "client/endpoint.hpp"

#include <eventmgr/client.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>

namespace eventmgr::client {

/// `broker_client::tail`.
result<void> run_tail(const endpoint& to, const client_options& options,
                      const std::shared_ptr<boost::asio::ssl::context>& tls, const tail_options& tail,
                      tail_handler& handler);

}  // namespace eventmgr::client
