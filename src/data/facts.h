// What a run's record says about its data.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.h"

namespace goetia {

struct DatasetFacts {
    std::int64_t samples = 0;
    std::int64_t unlabelled = 0;
    std::int64_t subjects = 0;            // different ones; 0 when none is known
    std::vector<std::int64_t> per_class;  // samples of each class, in the order of classes()
};

Result<DatasetFacts> dataset_facts(const Dataset& dataset);

}  // namespace goetia
