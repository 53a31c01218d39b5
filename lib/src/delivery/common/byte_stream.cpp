#include "delivery/common/byte_stream.hpp"

#include "delivery/common/delivery_io.hpp"
#include "delivery/common/name_resolver.hpp"
#include "delivery/common/target_guard.hpp"
#include "delivery/common/tls_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace eventmgr::delivery {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_size = 4096;
/// What an idle connection may keep of a buffer that a large message needed.
constexpr std::size_t kept_capacity = std::size_t{64} << 10U;

/// Whether the system has no descriptor or memory left for a connection.
bool is_exhaustion(const error_code& code) {
  namespace kind = boost::system::errc;
  return code == kind::too_many_files_open || code == kind::too_many_files_open_in_system ||
         code == kind::no_buffer_space || code == kind::not_enough_memory;
}

stream_end not_connected(const error_code& code) {
  return {stream_end::stage::connect, false, false, code.message(), is_exhaustion(code)};
}

/// The stream proper. Its handlers keep it alive; the `byte_stream` that the user owns only closes it.
class tcp_stream : public std::enable_shared_from_this<tcp_stream> {
 public:
  using clock = byte_stream::clock;

  tcp_stream(delivery_io& io, const endpoint_url& to, byte_stream::user& listener)
      : io_{io},
        host_{to.host},
        port_{to.port},
        secure_{to.secure},
        user_{&listener},
        socket_{io.context()},
        timer_{io.context()} {}

  void open(clock::time_point deadline) {
    open_by_ = deadline;
    set_deadline(deadline);
    io_.names().resolve(host_, [self = shared_from_this()](const resolved_name& found) { self->take_names(found); });
  }

  void write(std::string_view bytes) {
    if (write_failed_) return;
    if (tls_) {
      tls_->seal(bytes, pending_);
      if (tls_->at() == tls_session::stage::failed) return fail_later(tls_->why());
    } else if (pending_.empty()) {
      const auto sent = send(bytes);
      if (sent == bytes.size() || write_failed_) return;
      pending_.assign(bytes.substr(sent));
    } else {
      pending_.append(bytes);
    }
    if (!waiting_) flush();
  }

  std::size_t unsent() const noexcept { return pending_.size() - sent_; }

  void set_deadline(clock::time_point at) {
    deadline_ = at;
    if (at < armed_for_) arm();
  }

  void close() noexcept {
    user_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
    armed_for_ = clock::time_point::max();
    timer_.cancel();
  }

 private:
  enum class stage : std::uint8_t { name, connect, handshake, open };

  void take_names(const resolved_name& found) {
    if (user_ == nullptr) return;
    if (found.addresses.empty())
      return end({stream_end::stage::name, false, false, host_ + ": " + found.why, found.exhausted});
    std::string refused;
    for (const auto& address : found.addresses) {
      if (const auto why = why_refused(address); why.empty()) {
        addresses_.push_back(address);
      } else {
        refused = address.to_string() + " is " + std::string{why};
      }
    }
    if (addresses_.empty()) return end({stream_end::stage::guard, false, false, std::move(refused)});
    stage_ = stage::connect;
    connect();
  }

  void connect() {
    const tcp::endpoint to{addresses_[next_++], port_};
    error_code code;
    socket_.close(code);
    socket_.open(to.protocol(), code);
    if (!code) socket_.non_blocking(true, code);
    // Another address cannot be had either without a descriptor; of a family that is not there, it may.
    if (is_exhaustion(code)) return end(not_connected(code));
    if (code) return connect_next(not_connected(code));
    socket_.set_option(tcp::no_delay{true}, code);
    socket_.set_option(tcp::socket::keep_alive{true}, code);
    // An address that swallows packets leaves time for the next one.
    const auto now = clock::now();
    set_deadline(next_ < addresses_.size() ? now + (open_by_ - now) / 2 : open_by_);
    socket_.async_connect(to, [self = shared_from_this(), attempt = next_](error_code failed) {
      if (self->user_ == nullptr || self->next_ != attempt || self->stage_ != stage::connect) return;
      if (failed) {
        self->connect_next(not_connected(failed));
      } else {
        self->connected();
      }
    });
  }

  void connect_next(const stream_end& otherwise) {
    if (next_ < addresses_.size() && clock::now() < open_by_) {
      connect();
    } else {
      end(otherwise);
    }
  }

  void connected() {
    addresses_ = {};
    set_deadline(open_by_);
    if (!secure_) return opened();
    stage_ = stage::handshake;
    tls_.emplace(io_.tls(), host_);
    tls_->start(pending_);
    if (tls_->at() == tls_session::stage::failed) return end_of(*tls_);
    flush();
    read();
  }

  void opened() {
    stage_ = stage::open;
    set_deadline(clock::time_point::max());
    // A user that writes at once leaves less for a first, futile read.
    user_->on_open();
    if (user_ != nullptr && !tls_) read();
  }

  void read() {
    socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](error_code code, std::size_t count) {
      if (self->user_ == nullptr) return;
      if (code) {
        const bool ended = code == asio::error::eof;
        const auto at = self->stage_ == stage::open ? stream_end::stage::open : stream_end::stage::handshake;
        return self->end({at, ended, false, ended ? "the connection was closed" : code.message()});
      }
      if (self->take({self->input_.data(), count})) self->read();
    });
  }

  /// False once nothing more is to be read.
  bool take(std::string_view bytes) {
    if (!tls_) {
      user_->on_bytes(bytes);
      return user_ != nullptr;
    }
    plain_.clear();
    tls_->put(bytes, plain_, pending_);
    if (!waiting_) flush();
    if (stage_ == stage::handshake && tls_->at() == tls_session::stage::open) {
      opened();
      if (user_ == nullptr) return false;
    }
    if (!plain_.empty()) {
      user_->on_bytes(plain_);
      if (user_ == nullptr) return false;
    }
    if (tls_->at() == tls_session::stage::handshake || tls_->at() == tls_session::stage::open) return true;
    end_of(*tls_);
    return false;
  }

  void end_of(const tls_session& session) {
    const auto at = stage_ == stage::open ? stream_end::stage::open : stream_end::stage::handshake;
    const bool ended = session.at() == tls_session::stage::ended;
    end({at, ended, false, ended ? "the connection was closed" : session.why()});
  }

  /// How much the system took.
  std::size_t send(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      error_code code;
      const auto rest = bytes.substr(done);
      done += socket_.write_some(asio::buffer(rest.data(), rest.size()), code);
      if (code == asio::error::would_block || code == asio::error::try_again) break;
      if (code && code != asio::error::interrupted) {
        // What the peer said before it went is still to be read; reading then finds the end.
        write_failed_ = true;
        break;
      }
    }
    return done;
  }

  void flush() {
    sent_ += send(std::string_view{pending_}.substr(sent_));
    if (write_failed_ || sent_ == pending_.size()) {
      sent_ = 0;
      pending_.clear();
      if (pending_.capacity() > kept_capacity) pending_ = std::string{};
      return;
    }
    waiting_ = true;
    socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code code) {
      self->waiting_ = false;
      if (self->user_ == nullptr || code) return;
      self->flush();
      if (self->pending_.empty() && !self->write_failed_ && self->stage_ == stage::open) self->user_->on_drained();
    });
  }

  void arm() {
    armed_for_ = deadline_;
    timer_.expires_at(armed_for_);
    timer_.async_wait([self = shared_from_this()](error_code code) {
      if (code || self->user_ == nullptr) return;
      self->armed_for_ = clock::time_point::max();
      if (clock::now() >= self->deadline_) {
        self->deadline_ = clock::time_point::max();
        self->expired();
      } else if (self->deadline_ != clock::time_point::max()) {
        self->arm();
      }
    });
  }

  void expired() {
    switch (stage_) {
      case stage::name:
        return end({stream_end::stage::name, false, true, host_ + ": the name was not found in time"});
      case stage::connect:
        return connect_next({stream_end::stage::connect, false, true, "no connection in time"});
      case stage::handshake:
        return end({stream_end::stage::handshake, false, true, "no TLS handshake in time"});
      case stage::open:
        return user_->on_deadline();
    }
  }

  void fail_later(std::string why) {
    write_failed_ = true;
    asio::post(io_.context(), [self = shared_from_this(), why = std::move(why)] {
      if (self->user_ != nullptr) self->end({stream_end::stage::open, false, false, why});
    });
  }

  void end(const stream_end& why) {
    auto* listener = user_;
    close();
    listener->on_end(why);
  }

  delivery_io& io_;
  const std::string host_;
  const std::uint16_t port_;
  const bool secure_;
  byte_stream::user* user_;  ///< null once it is closed or has ended
  stage stage_{stage::name};
  clock::time_point open_by_{};
  std::vector<asio::ip::address> addresses_{};
  std::size_t next_{0};
  tcp::socket socket_;
  std::optional<tls_session> tls_{};
  std::array<char, read_size> input_{};
  std::string plain_{};    ///< of the last bytes that came by TLS
  std::string pending_{};  ///< bytes for the wire
  std::size_t sent_{0};    ///< of `pending_`
  bool waiting_{false};    ///< for the system to take more
  bool write_failed_{false};
  /// Set again at every message, so the timer follows it lazily: it is only moved to an earlier time.
  clock::time_point deadline_{clock::time_point::max()};
  clock::time_point armed_for_{clock::time_point::max()};
  asio::steady_timer timer_;
};

class owned_stream final : public byte_stream {
 public:
  owned_stream(delivery_io& io, const endpoint_url& to, user& listener)
      : stream_{std::make_shared<tcp_stream>(io, to, listener)} {}
  owned_stream(const owned_stream&) = delete;
  owned_stream& operator=(const owned_stream&) = delete;
  ~owned_stream() override { stream_->close(); }

  void open(clock::time_point deadline) override { stream_->open(deadline); }
  void write(std::string_view bytes) override { stream_->write(bytes); }
  std::size_t unsent() const noexcept override { return stream_->unsent(); }
  void set_deadline(clock::time_point at) override { stream_->set_deadline(at); }
  void close() noexcept override { stream_->close(); }

 private:
  std::shared_ptr<tcp_stream> stream_;
};

}  // namespace

std::unique_ptr<byte_stream> make_byte_stream(delivery_io& io, const endpoint_url& to, byte_stream::user& listener) {
  return std::make_unique<owned_stream>(io, to, listener);
}

}  // namespace eventmgr::delivery
