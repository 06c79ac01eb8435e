// Packs a data set into a few large files that can be read in order from a disk or a server and decoded by region.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/json_fwd.h"
#include "base/parallel.h"
#include "base/result.h"
#include "datasets/dataset.h"

namespace goetia {

struct PackPlan {
    std::filesystem::path folder;  // must not hold files of the split yet
    Split split = Split::kTrain;
    bool decoded = false;  // RGB rows instead of files, except for transparent images: much larger, nothing to decode
    int largest_side = 0;  // with `decoded`: larger images are scaled down to this; 0: no limit
    std::uint64_t shard_bytes = std::uint64_t{256} << 20;
    ParallelOptions parallel = {};  // does not affect the files
};

// Writes the split's files `train-00000.pack` ... and train.json, which lists them with their checksums.
Status pack(const Dataset& dataset, const PackPlan& plan);

// A sample without its pixels, as stored in shards.
Json sample_metadata(const Sample& sample);
void read_sample_metadata(const Json& metadata, Sample& sample);

}  // namespace goetia
