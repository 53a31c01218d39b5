#include "delivery/websocket/masking_keys.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace eventmgr::delivery {

std::uint32_t masking_keys::next() {
  if (used_ == stock_.size()) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(stock_.data()), sizeof stock_) != 1) {
      throw std::runtime_error{"no random bytes"};
    }
    used_ = 0;
  }
  return stock_[used_++];
}

}  // namespace eventmgr::delivery
