#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// Reads one HTTP/1.x answer to a POST out of a connection's bytes, in pieces of any size. Knows no socket; keeps of
/// the header what a webhook's outcome depends on.
class answer_parser {
 public:
  struct limits {
    std::size_t header_bytes{16U << 10U};  ///< of the header, interim answers and trailers included
    std::size_t body_bytes{64U << 10U};    ///< and as much again for the framing of chunks
  };

  enum class stage : std::uint8_t {
    header,
    body,
    complete,  ///< the whole answer is there, or so much of it that the status decides: see `is_cut`
    failed,    ///< `fault` says why
  };

  explicit answer_parser(const limits& most) : limits_{most} {}

  /// Takes bytes until the answer is complete or failed; gives how many were used.
  std::size_t put(std::string_view bytes);

  /// The peer ended the connection: completes a body that has no other end.
  void finish();

  /// Starts over for the next answer; keeps its buffers.
  void reset();

  stage at() const noexcept { return stage_; }

  /// Whether anything has come.
  bool has_begun() const noexcept { return begun_; }

  /// From `stage::body` on.
  unsigned status() const noexcept { return status_; }

  /// At `stage::complete`: header or body were over their limit and the rest was not read. The body is then empty.
  bool is_cut() const noexcept { return cut_; }

  /// At `stage::complete`: the connection can carry another request.
  bool is_reusable() const noexcept { return reusable_; }

  const std::string& body() const noexcept { return body_; }

  /// The field's value, or empty.
  const std::string& retry_after() const noexcept { return retry_after_; }

  /// At `stage::failed`. Static storage.
  std::string_view fault() const noexcept { return fault_; }

 private:
  enum class place : std::uint8_t { status_line, field, sized_body, open_body, chunk_size, chunk, chunk_end, trailer };

  std::size_t put_line(std::string_view bytes);
  std::size_t put_body(std::string_view bytes);
  void take_line(std::string_view line);
  void take_status(std::string_view line);
  void take_field(std::string_view line);
  void take_length(std::string_view value);
  void take_coding(std::string_view value);
  void take_connection(std::string_view value);
  void take_chunk_size(std::string_view line);
  void end_of_header();
  void begin_answer();
  void complete();
  void cut();
  void fail(std::string_view why);

  const limits limits_;
  stage stage_{stage::header};
  place place_{place::status_line};
  bool begun_{false};
  bool cut_{false};
  bool reusable_{false};
  bool keep_alive_{false};
  bool has_length_{false};
  bool has_coding_{false};
  bool chunked_{false};
  unsigned status_{0};
  std::size_t line_bytes_{0};     ///< of all lines so far
  std::size_t framing_bytes_{0};  ///< of the lines of chunks
  std::uint64_t remaining_{0};    ///< of the body or the chunk
  std::string line_{};            ///< the beginning of a line whose end has not come
  std::string body_{};
  std::string retry_after_{};
  std::string_view fault_{};
};

}  // namespace eventmgr::delivery
