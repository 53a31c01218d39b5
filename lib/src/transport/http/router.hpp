#pragma once

#include "transport/http/api.hpp"
#include "transport/http/cors.hpp"
#include "transport/http/exchange.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eventmgr::transport {

/// One call of the API, as data.
struct route {
  std::string_view method;
  /// Segments are literal but for `{id}`, which stands for a UUID, and other names in braces, which stand for anything.
  std::string_view path;
  std::string_view operation_id;             ///< as in the OpenAPI document
  std::vector<std::string_view> parameters;  ///< of the query string; any other is refused
  void (*handle)(api& calls, call& item);
  bool ignores_query{false};  ///< whatever it says
  bool holds_others{false};   ///< as `exchange::hold_others`: its answer may be large, or a stream
};

/// Gives each request to its call. Answers by itself what is no call: unknown paths and methods, OPTIONS, query strings
/// that are malformed or name an unknown parameter, and what pages of other origins may not ask for. A GET route serves
/// HEAD too.
class router final : public request_handler {
 public:
  router(std::vector<route> routes, std::shared_ptr<api> calls);

  void handle(std::shared_ptr<exchange> item) override;

 private:
  struct compiled {
    route data;
    std::vector<std::string_view> segments;
    bool literal{true};  ///< no segment is variable
  };

  struct match {
    const route* call{nullptr};  ///< null: the path is known to other methods only
    std::string argument{};
    std::string allow{};  ///< empty: the path is not known
  };

  match find(std::string_view method, std::string_view path) const;
  bool matches(const compiled& candidate, const std::vector<std::string>& segments, std::string& argument) const;
  void answer_options(exchange& item, std::string_view allow) const;

  std::vector<compiled> routes_;
  const std::shared_ptr<api> api_;
  const cors_policy cors_;
};

}  // namespace eventmgr::transport
