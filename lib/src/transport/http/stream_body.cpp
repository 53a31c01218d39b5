#include "transport/http/stream_body.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace eventmgr::transport {

namespace {

/// The first line of a chunk (RFC 9112, 7.1).
class chunk_header {
 public:
  explicit chunk_header(std::size_t size) {
    char* end = std::to_chars(text_.data(), text_.data() + text_.size() - 2, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    length_ = static_cast<std::size_t>(end - text_.data());
  }

  std::string_view text() const noexcept { return {text_.data(), length_}; }

 private:
  std::array<char, 18> text_{};
  std::size_t length_{0};
};

}  // namespace

stream_body::stream_body(framing form, std::size_t capacity, std::function<void(std::shared_ptr<stream_body>)> wake,
                         stream_hooks hooks)
    : form_{form},
      wake_{std::move(wake)},
      hooks_{std::move(hooks)},
      box_{capacity, [this] { wake_(shared_from_this()); },
           [this] {
             if (hooks_.drained) hooks_.drained();
           }} {}

bool stream_body::try_write(std::string_view prefix, std::string_view data, std::string_view suffix) {
  if (finishing_ || form_.bodiless) return false;
  if (!form_.chunked) return box_.try_append({prefix, data, suffix});

  const chunk_header header{prefix.size() + data.size() + suffix.size()};
  return box_.try_append({header.text(), prefix, data, suffix, "\r\n"});
}

void stream_body::write(std::string_view text) {
  if (finishing_ || form_.bodiless) return;
  if (!form_.chunked) return box_.append(text);

  std::string piece{chunk_header{text.size()}.text()};
  piece += text;
  piece += "\r\n";
  box_.append(piece);
}

void stream_body::finish() {
  if (finishing_.exchange(true)) return;
  if (form_.chunked && !form_.bodiless) box_.append("0\r\n\r\n");
  box_.close();
  finished_ = true;
  // The connection may have looked between the last bytes and the flag.
  wake_(shared_from_this());
}

void stream_body::tick() {
  if (hooks_.tick && !finishing_) hooks_.tick(*this);
}

void stream_body::close() {
  finishing_ = true;
  finished_ = true;
  box_.close();
  const auto closed = std::exchange(hooks_, {}).closed;
  if (closed) closed();
}

}  // namespace eventmgr::transport
