// Values of any length from every rank to all of them.
#pragma once

#include <string>
#include <vector>

#include "learn/dist/communicator.h"

namespace goetia {

// In the order of ranks; every rank must call, and gets all.
std::vector<std::string> gathered(Communicator& ranks, const std::string& mine);
std::vector<std::vector<double>> gathered(Communicator& ranks, const std::vector<double>& mine);

}  // namespace goetia
