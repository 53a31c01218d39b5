#include "runtime/asio_executor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace eventmgr {

void asio_executor::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

}  // namespace eventmgr
