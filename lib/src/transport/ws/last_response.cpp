#include "transport/ws/last_response.hpp"

#include "transport/ws/ws_handshake.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace eventmgr::transport {

namespace asio = boost::asio;

namespace {

class farewell : public std::enable_shared_from_this<farewell> {
 public:
  farewell(asio::ip::tcp::socket socket, std::string text)
      : socket_{std::move(socket)}, timer_{socket_.get_executor()}, text_{std::move(text)} {}

  void start(std::chrono::milliseconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code&) {
      boost::system::error_code ignored;
      self->socket_.close(ignored);
    });
    asio::async_write(socket_, asio::buffer(text_),
                      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                        if (error) return self->finish();
                        boost::system::error_code ignored;
                        self->socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                        self->discard();
                      });
  }

 private:
  void discard() {
    socket_.async_read_some(asio::buffer(scratch_),
                            [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                              if (error) return self->finish();
                              self->discard();
                            });
  }

  void finish() { timer_.cancel(); }

  asio::ip::tcp::socket socket_;
  asio::steady_timer timer_;
  const std::string text_;
  std::array<char, 1024> scratch_{};
};

}  // namespace

void send_last_response(asio::ip::tcp::socket socket, const http_response& answer, std::chrono::milliseconds limit) {
  std::make_shared<farewell>(std::move(socket), serialise_last_response(answer))->start(limit);
}

}  // namespace eventmgr::transport
