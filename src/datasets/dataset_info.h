// Sample counts of a data set, as recorded for a run.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace goetia {

struct DatasetInfo {
    std::int64_t samples = 0;
    std::int64_t unlabelled = 0;
    std::int64_t subjects = 0;            // distinct subjects; 0 if unknown
    std::vector<std::int64_t> per_class;  // samples per class, in the order of classes()
    std::set<std::string> subject_names;
};

Result<DatasetInfo> dataset_info(const Dataset& dataset);

// Counts of a run's splits for its record: samples, subjects and classes of each split, how the split was made, and
// whether every subject is in one split only (null if no subject is known). `section` is the configuration's dataset
// section; a split that the run does not use is null. Skipped faulty objects are counted too.
Result<Json> split_record(const Json& section, const Dataset* train, const Dataset* val, const Dataset* test);

}  // namespace goetia
