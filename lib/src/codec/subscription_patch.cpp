#include "codec/definition_reader.hpp"
#include "codec/definition_writer.hpp"
#include "codec/endpoint_rules.hpp"
#include "codec/merge_patch.hpp"
#include "codec/subscription_codec.hpp"
#include "codec/value_reader.hpp"

#include <algorithm>
#include <utility>

namespace eventmgr::codec {
namespace {

constexpr std::string_view subject = "the change";

std::string camel_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool joins = name[i] == '_' && i > 0 && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    out += joins ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  }
  return out;
}

/// Gives the members of a patch the names that the shown form has, and takes out what stands there masked, so that
/// merging sees the same names, and no masks.
class patch_speller {
 public:
  patch_speller(const subscription_definition& existing, value_reader& values) noexcept
      : existing_{existing}, values_{values} {}

  std::string spell(std::string_view patch) {
    return rewrite(patch, "", [&](std::string& name, std::string_view value, const std::string& pointer) {
      if (name == "channel" || name == "connectionType") return keep_channel(name, value, pointer);
      if (name == "options" && is_object(value)) return spell_options(value, pointer);
      if (name == "filter" && is_object(value)) return spell_names(value, pointer);
      return std::string{value};
    });
  }

 private:
  static bool is_object(std::string_view value) noexcept { return value.front() == '{'; }

  /// The object with its names in camelCase and each value as `take(name, value, pointer)` gives it, which may change
  /// the name; without the members for which it gives nothing.
  template <class Take>
  std::string rewrite(std::string_view object, const std::string& pointer, Take take) {
    std::string out;
    object_writer written{out};
    std::vector<std::string> seen;
    member_walker walker{object};
    json_member member;
    while (walker.next(member)) {
      const std::string given = unescape(member.raw_key);
      std::string name = camel_case(given);
      const std::string place = pointer + pointer_to(given);
      const std::string value = take(name, member.value, place);
      if (std::ranges::find(seen, name) != seen.end()) values_.fault(place, "is given more than once");
      if (!value.empty()) written.key(name) += value;
      seen.push_back(std::move(name));
    }
    written.end();
    return out;
  }

  std::string keep_channel(std::string& name, std::string_view value, const std::string& pointer) {
    name = "channel";
    if (string_value(value) != to_string(existing_.channel)) values_.fault(pointer, "cannot be changed");
    return {};
  }

  std::string spell_names(std::string_view object, const std::string& pointer) {
    return rewrite(object, pointer,
                   [](std::string&, std::string_view value, const std::string&) { return std::string{value}; });
  }

  std::string spell_options(std::string_view object, const std::string& pointer) {
    return rewrite(object, pointer, [&](std::string& name, std::string_view value, const std::string& place) {
      if ((name == "retryPolicy" || name == "maxBacklog") && is_object(value)) return spell_names(value, place);
      if (name == "headers" && is_object(value)) return spell_headers(value);
      const bool is_masked = name == "secret" && string_value(value) == masked_secret;
      if (is_masked && !existing_.options.secret.empty()) return std::string{};
      return std::string{value};
    });
  }

  std::string spell_headers(std::string_view object) {
    std::string out;
    object_writer written{out};
    member_walker walker{object};
    json_member member;
    while (walker.next(member)) {
      const std::string given = unescape(member.raw_key);
      const auto& headers = existing_.options.headers;
      const auto kept =
          std::ranges::find_if(headers, [&](const auto& header) { return same_header(header.first, given); });
      const bool is_there = kept != headers.end();
      if (is_there && is_sensitive_header(given) && string_value(member.value) == masked_header) continue;
      written.key(is_there ? kept->first : given) += member.value;
    }
    written.end();
    return out;
  }

  const subscription_definition& existing_;
  value_reader& values_;
};

std::string complete_text(const subscription_definition& definition) {
  std::string out;
  object_writer object{out};
  write_definition(object, definition, definition_form::complete);
  object.end();
  return out;
}

void refuse_fixed(const subscription_definition& existing, const subscription_definition& changed,
                  value_reader& values) {
  if (changed.options.ordering != existing.options.ordering) {
    values.fault("/options/ordering", "is fixed when the subscription is created");
  }
  if (changed.options.start_from != existing.options.start_from) {
    values.fault("/options/startFrom", "is read when the subscription is created; seek moves it");
  }
}

void retire_secret(const subscription_options& before, subscription_options& after, time_point now) {
  if (after.secret == before.secret) {
    after.old_secret = before.old_secret;
  } else if (!after.secret.empty() && !before.secret.empty()) {
    after.old_secret = retired_secret{.secret = before.secret, .until = now + secret_overlap};
  }
}

}  // namespace

result<subscription_definition> apply_patch(const subscription_definition& existing, std::string_view patch,
                                            const definition_defaults& defaults) {
  const auto compact = compact_body(patch, subject, max_definition_bytes);
  if (!compact) return compact.error();

  std::vector<problem> problems;
  value_reader values{problems};
  const std::string spelt = patch_speller{existing, values}.spell(*compact);
  definition_reader reader{definition_source::change, defaults};
  reader.read(merge_patch(complete_text(existing), spelt));
  auto changed = reader.finish();
  if (changed) {
    refuse_fixed(existing, *changed, values);
  } else {
    const failure why = changed.error();
    for (const problem& fault : why.details) values.fault(fault.pointer, fault.message);
  }
  if (values.has_faults()) return invalid_request(subject, std::move(problems));
  retire_secret(existing.options, changed->options, defaults.now);
  return changed;
}

}  // namespace eventmgr::codec
