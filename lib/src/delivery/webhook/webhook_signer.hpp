#pragma once

#include <eventmgr/error.hpp>
#include <eventmgr/subscription.hpp>
#include <eventmgr/time.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_mac_ctx_st;

namespace eventmgr::delivery {

/// Signs deliveries as Standard Webhooks 1.0 has it: HMAC-SHA256 of "id.timestamp.body". Not thread-safe.
class webhook_signer {
 public:
  /// The secrets of a subscription; none is given: it signs nothing. Fails with `invalid_request` and the pointer
  /// "/options/secret" for one that is not "whsec_" and base64 of 1 to 512 bytes.
  static result<webhook_signer> make(const subscription_options& options);

  webhook_signer(webhook_signer&&) noexcept = default;
  webhook_signer& operator=(webhook_signer&&) noexcept = default;
  ~webhook_signer();

  /// Whether there is a secret that still signs.
  bool signs(time_point now) const noexcept;

  /// Appends the value of `webhook-signature`: "v1,<base64>", and after a space that of a replaced secret, until its
  /// time is over.
  void append(std::string& out, std::string_view id, std::string_view timestamp, std::string_view body, time_point now);

 private:
  struct release {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  struct key {
    std::unique_ptr<evp_mac_ctx_st, release> hmac{};
    std::optional<time_point> until{};
  };

  webhook_signer() = default;

  std::vector<key> keys_{};
};

}  // namespace eventmgr::delivery
