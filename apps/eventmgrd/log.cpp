#include "log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>
#include <memory>

namespace eventmgr::daemon {

namespace {

spdlog::level::level_enum spdlog_level(assembly::log_level level) {
  switch (level) {
    case assembly::log_level::debug:
      return spdlog::level::debug;
    case assembly::log_level::info:
      return spdlog::level::info;
    case assembly::log_level::warning:
      return spdlog::level::warn;
    case assembly::log_level::error:
      break;
  }
  return spdlog::level::err;
}

/// The "<6>" of sd-daemon(3).
class journal_priority final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const char priority = message.level >= spdlog::level::err    ? '3'
                          : message.level >= spdlog::level::warn ? '4'
                          : message.level >= spdlog::level::info ? '6'
                                                                 : '7';
    const char prefix[] = {'<', priority, '>'};
    out.append(prefix, prefix + sizeof prefix);
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<journal_priority>(); }
};

}  // namespace

assembly::log_level level_of(log_level level) {
  switch (level) {
    case log_level::debug:
      return assembly::log_level::debug;
    case log_level::info:
      return assembly::log_level::info;
    case log_level::warning:
      return assembly::log_level::warning;
    case log_level::error:
      break;
  }
  return assembly::log_level::error;
}

std::function<void(assembly::log_level, const std::string&)> make_log(assembly::log_level least) {
  auto logger = std::make_shared<spdlog::logger>("eventmgrd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto format = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  // systemd sets it where standard error goes to the journal. Read before there are threads.
  if (std::getenv("JOURNAL_STREAM") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    format->add_flag<journal_priority>('*').set_pattern("%*%v");
  } else {
    format->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v");
  }
  logger->set_formatter(std::move(format));
  logger->set_level(spdlog_level(least));
  return [logger](assembly::log_level level, const std::string& text) { logger->log(spdlog_level(level), text); };
}

}  // namespace eventmgr::daemon
