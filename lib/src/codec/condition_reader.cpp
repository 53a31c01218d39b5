#include "codec/condition_reader.hpp"

#include "codec/json_walk.hpp"
#include "codec/problems.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace eventmgr::codec {
namespace {

enum class operation : std::uint8_t { exists, any_of, prefix, suffix, glob, gt, gte, lt, lte, negation };

struct operation_name {
  std::string_view text;
  operation which;
};

constexpr std::array operation_names{
    operation_name{"exists", operation::exists}, operation_name{"anyOf", operation::any_of},
    operation_name{"any_of", operation::any_of}, operation_name{"prefix", operation::prefix},
    operation_name{"suffix", operation::suffix}, operation_name{"glob", operation::glob},
    operation_name{"gt", operation::gt},         operation_name{"gte", operation::gte},
    operation_name{"lt", operation::lt},         operation_name{"lte", operation::lte},
    operation_name{"not", operation::negation}};

constexpr std::string_view kinds_of_condition = "must be a string, a number, true, false, null, a list or an object";

std::optional<operation> find_operation(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(operation_names, name, &operation_name::text);
  return found == operation_names.end() ? std::nullopt : std::optional{found->which};
}

bool is_number(std::string_view value) noexcept {
  return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

class condition_reader {
 public:
  explicit condition_reader(std::vector<problem>& problems) noexcept : problems_{problems} {}

  condition read(std::string_view value, const std::string& pointer) {
    condition made;
    if (value.front() == '{') {
      read_operators(value, pointer, [&](operation which, std::string_view operand, const std::string& place) {
        if (which == operation::exists) {
          made.exists = boolean(operand, place);
        } else if (which == operation::negation) {
          made.unless = negated(operand, place);
        } else {
          made.all_of.push_back(read_assertion(which, operand, place));
        }
      });
    } else {
      made.all_of.emplace_back(alternatives(value, pointer));
    }
    return made;
  }

 private:
  template <class Take>
  void read_operators(std::string_view object, const std::string& pointer, Take take) {
    std::uint32_t seen = 0;
    member_walker members{object};
    json_member member;
    while (members.next(member)) {
      const std::string name = unescape(member.raw_key);
      const std::string place = pointer + pointer_to(name);
      const auto which = find_operation(name);
      if (!which) {
        fault(place, "is no operator; a value inside an object is named by its path, as \"order.cost\"");
        continue;
      }
      const std::uint32_t bit = 1U << static_cast<unsigned>(*which);
      if ((seen & bit) != 0) fault(place, "is given more than once");
      seen |= bit;
      take(*which, member.value, place);
    }
    if (object.size() == 2) fault(pointer, "must have an operator");
  }

  /// What must not be: a value, a list, or operators that only speak of a value that is there.
  std::vector<assertion> negated(std::string_view value, const std::string& pointer) {
    if (value.front() != '{') return {alternatives(value, pointer)};
    std::vector<assertion> made;
    read_operators(value, pointer, [&](operation which, std::string_view operand, const std::string& place) {
      if (which == operation::exists || which == operation::negation) {
        fault(place, "cannot stand inside not");
      } else {
        made.push_back(read_assertion(which, operand, place));
      }
    });
    return made;
  }

  assertion read_assertion(operation which, std::string_view operand, const std::string& place) {
    switch (which) {
      case operation::prefix:
        return has_prefix{text(operand, place)};
      case operation::suffix:
        return has_suffix{text(operand, place)};
      case operation::glob:
        return read_glob(operand, place);
      case operation::gt:
        return compares{comparison::greater, number(operand, place)};
      case operation::gte:
        return compares{comparison::greater_or_equal, number(operand, place)};
      case operation::lt:
        return compares{comparison::less, number(operand, place)};
      case operation::lte:
        return compares{comparison::less_or_equal, number(operand, place)};
      case operation::any_of:
      case operation::exists:
      case operation::negation:
        break;
    }
    if (operand.front() == '[') return alternatives(operand, place);
    fault(place, "must be a list");
    return is_any_of{};
  }

  is_any_of alternatives(std::string_view value, const std::string& pointer) {
    is_any_of made;
    if (value.front() != '[') {
      if (auto wanted = scalar(value, pointer, kinds_of_condition)) made.values.push_back(std::move(*wanted));
      return made;
    }
    element_walker elements{value};
    std::string_view element;
    for (std::size_t i = 0; elements.next(element); ++i) {
      if (i == condition::max_alternatives) {
        fault(pointer, "must not have more than " + std::to_string(condition::max_alternatives) + " alternatives");
        break;
      }
      auto wanted =
          scalar(element, pointer + '/' + std::to_string(i), "must be a string, a number, true, false or null");
      if (wanted) made.values.push_back(std::move(*wanted));
    }
    if (value.size() == 2) fault(pointer, "must not be empty: nothing would pass");
    return made;
  }

  std::optional<filter_scalar> scalar(std::string_view value, const std::string& pointer, std::string_view expected) {
    if (value.front() == '"') return text(value, pointer);
    if (value == "true" || value == "false") return value == "true";
    if (value == "null") return null_value{};
    if (is_number(value)) return number(value, pointer);
    fault(pointer, std::string{expected});
    return std::nullopt;
  }

  bool boolean(std::string_view value, const std::string& pointer) {
    if (value != "true" && value != "false") fault(pointer, "must be true or false");
    return value == "true";
  }

  std::string text(std::string_view value, const std::string& pointer) {
    auto content = string_value(value);
    if (!content) {
      fault(pointer, "must be a string");
      return {};
    }
    if (content->size() > condition::max_text_bytes) {
      fault(pointer, "must not have more than " + std::to_string(condition::max_text_bytes) + " bytes");
    }
    return std::move(*content);
  }

  matches_glob read_glob(std::string_view value, const std::string& pointer) {
    const auto content = string_value(value);
    auto pattern = content ? glob::parse(*content) : std::nullopt;
    if (pattern) return {.pattern = std::move(*pattern)};
    fault(pointer, "must be a string of 1 to " + std::to_string(glob::max_bytes) + " bytes");
    return {};
  }

  json_number number(std::string_view value, const std::string& pointer) {
    if (!is_number(value)) {
      fault(pointer, "must be a number");
      return {};
    }
    const json_number read = json_number::parse(value);
    if (!read.is_finite()) fault(pointer, "is out of range");
    return read;
  }

  void fault(std::string pointer, std::string message) {
    report_problem(problems_, std::move(pointer), std::move(message));
  }

  std::vector<problem>& problems_;
};

}  // namespace

condition read_condition(std::string_view value, const std::string& pointer, std::vector<problem>& problems) {
  return condition_reader{problems}.read(value, pointer);
}

}  // namespace eventmgr::codec
