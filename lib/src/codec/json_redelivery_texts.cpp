#include "codec/json_redelivery_texts.hpp"

#include "codec/json_compact.hpp"
#include "codec/merge_patch.hpp"
#include "codec/redelivery_reader.hpp"

#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::uint32_t stored_depth = 128;  // what a later release may nest

template <class Request>
std::string write(const Request& request) {
  std::string out;
  object_writer object{out};
  write_members(object, request);
  object.end();
  return out;
}

/// Times are stored as such: there is no present that a duration could count back from.
template <class Reader>
auto read(std::string_view text) -> result<decltype(std::declval<Reader&>().read({})->request)> {
  const auto compact = compact_object(text, stored_depth);
  if (!compact) return compact.error();
  auto body = Reader{value_reader::origin::store, time_point{}}.read(*compact);
  if (!body) return body.error();
  return std::move(body->request);
}

}  // namespace

std::string json_redelivery_texts::store(const requeue_request& request) const { return write(request); }

std::string json_redelivery_texts::store(const replay_request& request) const { return write(request); }

result<requeue_request> json_redelivery_texts::load_requeue(std::string_view text) const {
  return read<requeue_reader>(text);
}

result<replay_request> json_redelivery_texts::load_replay(std::string_view text) const {
  return read<replay_reader>(text);
}

std::string json_redelivery_texts::merge(std::string_view payload, std::string_view patch) const {
  return merge_patch(payload, patch);
}

}  // namespace eventmgr::codec
