#pragma once

#include "transport/common/http_message.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>

namespace eventmgr::transport {

/// Writes a response, ends our half of the connection, and waits, at most `limit` in all, for the client to end its
/// own: closing at once would reset the connection and could take the answer with it. Called on the socket's thread.
void send_last_response(boost::asio::ip::tcp::socket socket, const http_response& answer,
                        std::chrono::milliseconds limit);

}  // namespace eventmgr::transport
