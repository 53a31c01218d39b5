#pragma once

#include "config/config.hpp"
#include "config/convert.hpp"
#include "config/keys.hpp"
#include "config/node.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eventmgr::config {

/// Puts settings together, source after source, and remembers where each came from.
class assembler {
 public:
  explicit assembler(settings defaults) { result_.values = std::move(defaults); }

  /// A whole YAML document. `file` is named in what is said of it.
  void add_document(const std::string& file, const node& root);

  /// One value as text. `named` is what the user called it: a variable, or a key after its option.
  void add_text(const key& item, std::string_view text, const location& where, const std::string& named);

  void add_error(diagnostic mistake) { result_.errors.push_back(std::move(mistake)); }
  void add_warning(diagnostic notice) { result_.warnings.push_back(std::move(notice)); }

  /// What is wrong with a name that is no key: for a later release, a section, or unknown, with a guess at what was
  /// meant.
  static std::string explain_unknown(std::string_view name);

  /// Checks the values that depend on each other, and ends the work.
  outcome finish() &&;

 private:
  void add_map(const std::string& file, const std::string& prefix, const node& map);
  void add_member(const std::string& file, const std::string& name, const member& written);
  void assign(const key& item, const node& written, const location& where);
  void set(const key& item, const node& written, value converted, const location& where);
  void report(std::vector<complaint> complaints, const location& where);
  void complete_subscriptions();
  void check_listener();
  void check_sizes();
  location where_set(std::string_view name) const;

  outcome result_;
  std::map<std::string, location, std::less<>> set_at_;
  std::optional<node> subscriptions_;  ///< those in force; what they leave out may be set after them
};

}  // namespace eventmgr::config
