// Who may see and change what belongs to somebody. What a caller may not see is answered like what does not exist.
#pragma once

#include <string_view>

#include "master/store/list_query.h"
#include "net/route.h"

namespace goetia {

inline constexpr std::string_view kSuperAdmin = "super_admin";
inline constexpr std::string_view kTrainer = "trainer";

// `owner`: the id of a user.
inline bool may_see(const Caller& caller, std::string_view owner) {
    return caller.role == kSuperAdmin || caller.id == owner;
}

// Lists only what the caller may see, of a list with the field "owner".
inline void restrict_to_own(const Caller& caller, ListQuery& query) {
    if (caller.role == kSuperAdmin) return;
    query.conditions.push_back({.field = "owner", .op = ListOperator::kEqual, .text = caller.id});
}

}  // namespace goetia
