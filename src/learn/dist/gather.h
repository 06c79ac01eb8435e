// What ranks have to say to one another in words.
#pragma once

#include <string>
#include <vector>

#include "learn/dist/communicator.h"

namespace goetia {

// What every rank says, in the order of ranks; all of them get it, and all of them must call.
std::vector<std::string> said_by_all(Communicator& ranks, const std::string& mine);

}  // namespace goetia
