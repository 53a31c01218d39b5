#pragma once

#include "delivery/common/endpoint_url.hpp"
#include "delivery/webhook/gzip_writer.hpp"
#include "delivery/webhook/webhook_signer.hpp"
#include "ports/channel.hpp"

#include <eventmgr/subscription.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace eventmgr::delivery {

/// Writes the requests of one subscription. Not thread-safe.
class request_writer {
 public:
  /// Own headers that `codec::fault_of_header` refuses are left out: no definition that was checked has any. Fails with
  /// `invalid_request` for a secret that cannot sign.
  static result<request_writer> make(subscription_id id, const subscription_definition& definition,
                                     const endpoint_url& to, std::string_view user_agent);

  request_writer(request_writer&&) noexcept = default;
  request_writer& operator=(request_writer&&) noexcept = default;
  ~request_writer() = default;

  /// Replaces `out` with a POST of these events, header and body. With a `batch_size` of 1 there must be exactly one.
  ///
  /// The signature is of the body before compression: that is what receivers see once their server has unpacked it.
  /// Of a batch, `x-eventmgr-attempt` is the highest, and `traceparent` that of its first event.
  void write(std::string& out, std::span<const outgoing_event> events, time_point now);

 private:
  explicit request_writer(webhook_signer signer) : signer_{std::move(signer)} {}

  std::string id_of(std::span<const outgoing_event> events) const;

  std::string fixed_{};  ///< request line, and the headers that are the same each time
  delivery_format format_{delivery_format::native};
  bool batches_{false};
  webhook_signer signer_;
  std::unique_ptr<gzip_writer> gzip_{};  ///< null: not compressed
  std::string packed_{};
};

}  // namespace eventmgr::delivery
