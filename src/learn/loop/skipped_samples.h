// Samples that could not be read and were skipped, from every rank to the one that reports them.
#pragma once

#include "feeding/loading/loader.h"
#include "learn/dist/communicator.h"

namespace goetia {

// Those of all ranks, in the order of ranks; every rank must call.
std::vector<SkippedSample> gathered(Communicator& ranks, const std::vector<SkippedSample>& mine);

}  // namespace goetia
