#include "../command.hpp"
#include "../config_file.hpp"
#include "../option_check.hpp"
#include "codec/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace eventmgr::evctl {
namespace {

struct context_options {
  std::string name{};
  std::string url{};
  std::string token_file{};
  std::string ca_file{};
};

failure no_such_context(const std::string& name) {
  return failure{errc::not_found, "there is no context \"" + name + "\" in " + config_path()};
}

std::string to_json(const std::string& name, const context& item, bool current) {
  std::string out{"{\"name\":" + codec::json_string(name) + ",\"url\":" + codec::json_string(item.url)};
  if (!item.token_file.empty()) out += ",\"tokenFile\":" + codec::json_string(item.token_file);
  if (!item.ca_file.empty()) out += ",\"caFile\":" + codec::json_string(item.ca_file);
  return out + (current ? ",\"current\":true}" : ",\"current\":false}");
}

exit_code list_contexts(session& here) {
  const auto config = load_config(config_path());
  if (!config) return here.fail(config.error());
  auto& out = here.output();
  out.begin_list({{"NAME", "/name"}, {"URL", "/url"}, {"TOKEN FILE", "/tokenFile"}, {"CURRENT", "/current"}});
  for (const auto& [name, item] : config->contexts) out.item(to_json(name, item, name == config->current));
  out.end_list();
  return exit_code::done;
}

/// What commands would use now, or a context by name.
exit_code show_context(const std::string& asked, session& here) {
  if (asked.empty()) {
    const auto used = here.connection();
    if (!used) return here.fail(used.error());
    here.output().record(
        "{\"url\":" + codec::json_string(used->url) + ",\"token\":" + (used->token.empty() ? "false" : "true") +
        ",\"caFile\":" + codec::json_string(used->ca_file) + ",\"file\":" + codec::json_string(config_path()) + "}");
    return exit_code::done;
  }
  const auto config = load_config(config_path());
  if (!config) return here.fail(config.error());
  const auto found = config->contexts.find(asked);
  if (found == config->contexts.end()) return here.fail(no_such_context(asked));
  here.output().record(to_json(asked, found->second, asked == config->current));
  return exit_code::done;
}

exit_code save(const user_config& config, session& here) {
  const auto saved = save_config(config_path(), config);
  return saved ? exit_code::done : here.fail(saved.error());
}

/// A file is found again from any directory.
std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); }

exit_code set_context(const context_options& options, session& here) {
  auto config = load_config(config_path());
  if (!config) return here.fail(config.error());
  auto& item = config->contexts[options.name];
  if (!options.url.empty()) item.url = options.url;
  if (!options.token_file.empty()) item.token_file = absolute(options.token_file);
  if (!options.ca_file.empty()) item.ca_file = absolute(options.ca_file);
  if (item.url.empty()) return here.fail(failure{errc::invalid_request, "a new context needs --url"});
  try {
    const client::broker_client checked{client::client_options{.url = item.url}};
  } catch (const error& fault) {
    return here.fail(fault.reason());
  }
  return save(*config, here);
}

exit_code use_context(const std::string& name, session& here) {
  auto config = load_config(config_path());
  if (!config) return here.fail(config.error());
  if (!config->contexts.contains(name)) return here.fail(no_such_context(name));
  config->current = name;
  return save(*config, here);
}

exit_code delete_context(const std::string& name, session& here) {
  auto config = load_config(config_path());
  if (!config) return here.fail(config.error());
  if (config->contexts.erase(name) == 0) return here.fail(no_such_context(name));
  if (config->current == name) config->current.clear();
  return save(*config, here);
}

using named_action = exit_code (*)(const std::string&, session&);

void add_named(CLI::App& group, const char* name, const char* description, bool required, named_action action,
               command_action& chosen) {
  const auto asked = std::make_shared<std::string>();
  auto* command = group.add_subcommand(name, description);
  command->add_option("name", *asked, "The context")->required(required);
  command->callback([=, &chosen] { chosen = [=](session& here) { return action(*asked, here); }; });
}

}  // namespace

void add_config(CLI::App& parent, command_action& chosen) {
  auto* group = parent.add_subcommand("config", "Keep the addresses of daemons under names");
  group->require_subcommand(1);
  group->add_subcommand("list", "List the contexts")->callback([&chosen] { chosen = list_contexts; });
  add_named(*group, "show", "Show a context, or what would be used now", false, show_context, chosen);
  add_named(*group, "use", "Make a context the current one", true, use_context, chosen);
  add_named(*group, "delete", "Delete a context", true, delete_context, chosen);

  const auto options = std::make_shared<context_options>();
  auto* set = group->add_subcommand("set", "Add a context, or change one");
  set->add_option("name", options->name, "The context")->required();
  set->add_option("--url", options->url, "The daemon's address")->type_name("URL")->check(daemon_url());
  set->add_option("--token-file", options->token_file, "A file with the token to send")->type_name("FILE");
  set->add_option("--ca-file", options->ca_file, "Authorities to trust for https, in PEM")->type_name("FILE");
  set->callback([options, &chosen] { chosen = [options](session& here) { return set_context(*options, here); }; });
}

}  // namespace eventmgr::evctl
