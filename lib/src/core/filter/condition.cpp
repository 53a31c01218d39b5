#include "core/filter/condition.hpp"

#include <algorithm>

namespace eventmgr {
namespace {

bool equals(const document_value& value, const filter_scalar& wanted) noexcept {
  if (const auto* text = std::get_if<std::string>(&wanted)) {
    const auto* given = std::get_if<std::string_view>(&value);
    return given != nullptr && *given == *text;
  }
  if (const auto* number = std::get_if<json_number>(&wanted)) {
    const auto* given = std::get_if<json_number>(&value);
    return given != nullptr && *given == *number;
  }
  if (const auto* truth = std::get_if<bool>(&wanted)) {
    const auto* given = std::get_if<bool>(&value);
    return given != nullptr && *given == *truth;
  }
  return std::holds_alternative<null_value>(value);
}

/// Whether an assertion is true of a value.
class judge {
 public:
  explicit judge(const document_value& value) noexcept
      : value_{value}, text_{std::get_if<std::string_view>(&value)}, number_{std::get_if<json_number>(&value)} {}

  bool operator()(const is_any_of& said) const noexcept {
    return std::ranges::any_of(said.values, [&](const filter_scalar& wanted) { return equals(value_, wanted); });
  }
  bool operator()(const has_prefix& said) const noexcept { return text_ != nullptr && text_->starts_with(said.text); }
  bool operator()(const has_suffix& said) const noexcept { return text_ != nullptr && text_->ends_with(said.text); }
  bool operator()(const matches_glob& said) const noexcept { return text_ != nullptr && said.pattern.matches(*text_); }
  bool operator()(const compares& said) const noexcept {
    if (number_ == nullptr) return false;
    switch (said.how) {
      case comparison::greater:
        return *number_ > said.bound;
      case comparison::greater_or_equal:
        return *number_ >= said.bound;
      case comparison::less:
        return *number_ < said.bound;
      case comparison::less_or_equal:
        return *number_ <= said.bound;
    }
    return false;
  }

  bool all(const std::vector<assertion>& said) const noexcept {
    return std::ranges::all_of(said, [&](const assertion& item) { return std::visit(*this, item); });
  }

 private:
  const document_value& value_;
  const std::string_view* text_;
  const json_number* number_;
};

}  // namespace

bool condition::holds(const document_value& value) const noexcept {
  const bool present = !std::holds_alternative<absent_value>(value);
  if (exists && *exists != present) return false;
  if (!present) return all_of.empty();
  const judge judged{value};
  return judged.all(all_of) && (unless.empty() || !judged.all(unless));
}

}  // namespace eventmgr
