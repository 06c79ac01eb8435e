// Samples that could not be read and were passed over, from every rank to the one that tells of them.
#pragma once

#include "feeding/loading/loader.h"
#include "learn/dist/communicator.h"

namespace goetia {

// Those of all ranks, in the order of ranks; every rank must call.
std::vector<SkippedSample> of_all(const std::vector<SkippedSample>& mine, Communicator& ranks);

}  // namespace goetia
