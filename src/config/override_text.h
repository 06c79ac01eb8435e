// Values as overrides are written.
#pragma once

#include <string>

#include "base/json_fwd.h"

namespace goetia {

// "key=value" in the syntax of overrides; a mapping or list in flow form.
std::string override_text(const std::string& key, const Json& value);

}  // namespace goetia
