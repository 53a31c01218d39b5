#pragma once

#include "delivery/common/endpoint_url.hpp"
#include "delivery/common/settlement_box.hpp"
#include "delivery/webhook/request_writer.hpp"

#include <chrono>
#include <memory>

namespace eventmgr::delivery {

/// The I/O thread's half of a webhook channel: where and how its requests are sent, and who hears what came of them.
struct webhook_line {
  const endpoint_url to;
  const std::chrono::milliseconds ack_timeout;
  request_writer writer;  ///< I/O thread only
  const std::shared_ptr<settlement_target> target;
};

}  // namespace eventmgr::delivery
