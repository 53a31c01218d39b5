#include "integration/webhook_peer.hpp"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace eventmgr::testing {
namespace {

class blocking_conversation final : public webhook_conversation {
 public:
  blocking_conversation(int socket, std::size_t number, ::SSL_CTX* tls) : socket_{socket}, number_{number} {
    if (tls == nullptr) return;
    ssl_ = ::SSL_new(tls);
    ::SSL_set_fd(ssl_, socket_);
    good_ = ::SSL_accept(ssl_) == 1;
  }
  blocking_conversation(const blocking_conversation&) = delete;
  blocking_conversation& operator=(const blocking_conversation&) = delete;
  ~blocking_conversation() override { ::SSL_free(ssl_); }

  bool is_good() const noexcept { return good_; }

  std::size_t number() const noexcept override { return number_; }

  std::optional<std::string> hear() override {
    constexpr std::string_view length_field{"Content-Length: "};
    while (true) {
      if (const auto end = heard_.find("\r\n\r\n"); end != std::string::npos) {
        const auto at = heard_.find(length_field);
        const auto whole = end + 4 + (at < end ? std::stoul(heard_.substr(at + length_field.size(), 20)) : 0);
        if (heard_.size() >= whole) {
          auto request = heard_.substr(0, whole);
          heard_.erase(0, whole);
          return request;
        }
      }
      std::array<char, 65536> piece;
      const auto count = ssl_ != nullptr ? ::SSL_read(ssl_, piece.data(), static_cast<int>(piece.size()))
                                         : ::recv(socket_, piece.data(), piece.size(), 0);
      if (count <= 0) return std::nullopt;
      heard_.append(piece.data(), static_cast<std::size_t>(count));
    }
  }

  bool say(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto count = ssl_ != nullptr ? ::SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                         : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  void hang() override {
    ::pollfd waits{socket_, POLLRDHUP, 0};
    ::poll(&waits, 1, -1);
  }

  void reset() override {
    const ::linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  const int socket_;
  const std::size_t number_;
  ::SSL* ssl_{nullptr};
  bool good_{true};
  std::string heard_{};
};

::SSL_CTX* make_server_context(const tls_identity& identity) {
  auto* context = ::SSL_CTX_new(::TLS_server_method());
  const auto read = [](const std::string& pem, auto parse) {
    auto* memory = ::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    auto* found = parse(memory, nullptr, nullptr, nullptr);
    ::BIO_free(memory);
    return found;
  };
  auto* key = read(identity.key, ::PEM_read_bio_PrivateKey);
  auto* certificate = read(identity.certificate, ::PEM_read_bio_X509);
  ::SSL_CTX_use_PrivateKey(context, key);
  ::SSL_CTX_use_certificate(context, certificate);
  ::EVP_PKEY_free(key);
  ::X509_free(certificate);
  return context;
}

}  // namespace

struct webhook_peer::state {
  state(script says, const std::optional<tls_identity>& identity)
      : lines{std::move(says)}, tls{identity ? make_server_context(*identity) : nullptr} {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::socklen_t size = sizeof address;
    constexpr int backlog = 1024;
    if (::bind(listener, reinterpret_cast<::sockaddr*>(&address), size) != 0 || ::listen(listener, backlog) != 0 ||
        ::getsockname(listener, reinterpret_cast<::sockaddr*>(&address), &size) != 0) {
      throw std::system_error{errno, std::generic_category(), "webhook_peer"};
    }
    port = ntohs(address.sin_port);
    acceptor = std::thread{[this] { accept(); }};
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  ~state() {
    ::shutdown(listener, SHUT_RDWR);
    acceptor.join();
    {
      const std::lock_guard lock{mutex};
      for (const int socket : open) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& talk : talks) talk.join();
    ::close(listener);
    ::SSL_CTX_free(tls);
  }

  void accept() {
    while (true) {
      const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const std::lock_guard lock{mutex};
      open.push_back(socket);
      talks.emplace_back([this, socket, number = connections++] { talk(socket, number); });
    }
  }

  void talk(int socket, std::size_t number) {
    // OpenSSL writes to its socket with write(2), and a client may be gone. This thread only: what is tested must take
    // care of itself.
    ::sigset_t broken_pipe;
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    {
      blocking_conversation conversation{socket, number, tls};
      if (conversation.is_good()) lines(conversation);
    }
    const std::lock_guard lock{mutex};
    std::erase(open, socket);
    ::close(socket);
    ++ended;
  }

  const script lines;
  ::SSL_CTX* const tls;
  int listener{-1};
  std::uint16_t port{0};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> ended{0};
  std::mutex mutex{};
  std::vector<int> open{};
  std::vector<std::thread> talks{};
  std::thread acceptor{};
};

webhook_peer::webhook_peer(script lines, const std::optional<tls_identity>& identity)
    : state_{std::make_unique<state>(std::move(lines), identity)} {}

webhook_peer::~webhook_peer() = default;

std::uint16_t webhook_peer::port() const noexcept { return state_->port; }

std::string webhook_peer::url(std::string_view host) const {
  return (state_->tls != nullptr ? "https://" : "http://") + std::string{host} + ":" + std::to_string(port()) + "/hook";
}

std::size_t webhook_peer::connections() const noexcept { return state_->connections; }
std::size_t webhook_peer::ended() const noexcept { return state_->ended; }

std::string answer_of(int status, std::string_view body, std::string_view headers) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " Test\r\n";
  out.append(headers);
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  out.append(body);
  return out;
}

webhook_peer::script always(std::string answer) {
  return [answer = std::move(answer)](webhook_conversation& peer) {
    while (peer.hear() && peer.say(answer)) {
    }
  };
}

}  // namespace eventmgr::testing
