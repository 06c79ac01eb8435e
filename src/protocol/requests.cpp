#include "protocol/requests.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

constexpr std::array<std::string_view, 5> kAppendOutcomes{"appended", "elsewhere", "parted", "refused", "full"};
constexpr std::array<std::string_view, 5> kObjectOutcomes{"part", "whole", "wrong", "refused", "full"};
constexpr std::array<std::string_view, 6> kObjectKinds{"checkpoint", "best_model", "image",
                                                       "record",     "export",     "other"};

template <class E, class Names>
std::optional<E> value_named(const Names& names, std::string_view name) {
    const auto* found = std::find(names.begin(), names.end(), name);
    return found != names.end() ? std::optional(static_cast<E>(found - names.begin())) : std::nullopt;
}

}  // namespace

std::string_view name_of(AppendOutcome outcome) { return kAppendOutcomes.at(static_cast<std::size_t>(outcome)); }
std::string_view name_of(ObjectOutcome outcome) { return kObjectOutcomes.at(static_cast<std::size_t>(outcome)); }
std::string_view name_of(ObjectKind kind) { return kObjectKinds.at(static_cast<std::size_t>(kind)); }

std::optional<AppendOutcome> append_outcome_from(std::string_view name) {
    return value_named<AppendOutcome>(kAppendOutcomes, name);
}
std::optional<ObjectOutcome> object_outcome_from(std::string_view name) {
    return value_named<ObjectOutcome>(kObjectOutcomes, name);
}
std::optional<ObjectKind> object_kind_from(std::string_view name) {
    return value_named<ObjectKind>(kObjectKinds, name);
}

}  // namespace goetia
