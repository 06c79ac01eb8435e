// The commands of the program goetia-agent.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// The exit code; an Error is reported by the caller.
Result<int> agent_program(const std::vector<std::string>& words);

}  // namespace goetia
