// What a user's name, password, role and e-mail address may be. Texts in both languages are in contract/messages/.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"

namespace goetia {

inline constexpr std::size_t kLongestUserName = 64;   // characters
inline constexpr std::size_t kLongestPassword = 256;  // bytes

// Each adds what is wrong to `faults`.
void check_user_name(std::string_view name, std::vector<Fault>& faults);
void check_password(std::string_view password, std::vector<Fault>& faults);
void check_email(std::string_view email, std::vector<Fault>& faults);  // none is fine
void check_note(std::string_view note, std::vector<Fault>& faults);

}  // namespace goetia
