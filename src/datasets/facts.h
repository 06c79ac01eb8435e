// What a run's record says about its data.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "datasets/dataset.h"

namespace goetia {

struct DatasetFacts {
    std::int64_t samples = 0;
    std::int64_t unlabelled = 0;
    std::int64_t subjects = 0;            // different ones; 0 when none is known
    std::vector<std::int64_t> per_class;  // samples of each class, in the order of classes()
    std::set<std::string> subject_names;
};

Result<DatasetFacts> dataset_facts(const Dataset& dataset);

// The counts of a run's splits as its record tells them: samples, subjects and classes of each, how the split was made,
// and whether no subject is in two splits (null where no subject is known). `section` is the document's dataset; a
// split that the run has not is null. Faulty objects that are left out are counted there too.
Result<Json> split_record(const Json& section, const Dataset* train, const Dataset* val, const Dataset* test);

}  // namespace goetia
