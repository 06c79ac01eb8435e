// A data set as a few large files: read in order from a disk or a server, decoded only where a crop needs it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/json_fwd.h"
#include "base/parallel.h"
#include "base/result.h"
#include "datasets/dataset.h"

namespace goetia {

struct PackPlan {
    std::filesystem::path folder;  // its own; the split's files must not be there yet
    Split split = Split::kTrain;
    bool decoded = false;  // RGB rows in place of files (but for transparent ones): much larger, nothing to decode
    int largest_side = 0;  // with `decoded`: larger pictures are scaled down to this; 0: none are
    std::uint64_t shard_bytes = std::uint64_t{256} << 20;
    ParallelOptions parallel = {};  // the files are the same whatever the threads
};

// The split's files `train-00000.pack` ... and train.json, which names them with their sizes and sums.
Status pack(const Dataset& dataset, const PackPlan& plan);

// What is known of a sample, but for its pixels.
Json sample_facts(const Sample& sample);
void take_facts(const Json& facts, Sample& sample);

}  // namespace goetia
