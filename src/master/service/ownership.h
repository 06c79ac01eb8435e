// Who may see and change what belongs to somebody. What a caller may not see is answered like what does not exist.
#pragma once

#include <string_view>

#include "net/route.h"

namespace goetia {

inline constexpr std::string_view kSuperAdmin = "super_admin";
inline constexpr std::string_view kTrainer = "trainer";

// `owner`: the id of a user.
inline bool may_see(const Caller& caller, std::string_view owner) {
    return caller.role == kSuperAdmin || caller.id == owner;
}

}  // namespace goetia
