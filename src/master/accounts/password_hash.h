// Passwords as they are stored: Argon2id, with a salt of their own, in the usual text form.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace goetia {

// What one hash costs whoever makes it, the master as well as a thief of its database.
struct PasswordCost {
    std::uint64_t passes = 2;
    std::size_t memory = std::size_t{64} << 20;  // bytes
};
inline constexpr PasswordCost kCheapPasswords{1, 8192};  // for tests

Result<std::string> hash_password(const std::string& password, const PasswordCost& cost);
bool is_password(const std::string& hash, const std::string& password);

}  // namespace goetia
