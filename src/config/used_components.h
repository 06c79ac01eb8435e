// The components that a document names.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "base/json_fwd.h"

namespace goetia {

struct UsedComponent {
    std::string kind, name;
    auto operator<=>(const UsedComponent&) const = default;
};

// Each once, sorted.
std::vector<UsedComponent> used_components(const Json& document);

}  // namespace goetia
