// 'goetia-agent run': the daemon.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// Returns when the machine goes away (SIGTERM) or the master denies us; after an update this process becomes the new
// program, with the same words.
Result<int> run_agent(const std::vector<std::string>& words);

}  // namespace goetia
