// Opens data sets of any format as annotated sets, for inspection and checks, including faulty ones.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "datasets/dataset.h"
#include "datasets/validation/checks.h"

namespace goetia {

struct SplitSet {
    Split split = Split::kTrain;
    AnnotatedSet set;
    Findings findings;  // of the reader
};

// The findings of readers and checks, per set.
std::vector<Findings> findings_of(const std::vector<SplitSet>& sets);

// The number of faults among the findings.
std::int64_t faults_in(const Findings& findings);

// Resolves the name of one of `datasets`: "coco", "COCO" and "CocoDataset" are the same.
Result<std::string> format_named(const DatasetRegistry& datasets, const std::string& format);

// Opens those of `splits` that exist in the `dataset` section, with the reader of its format or else as one of
// `datasets`. A file that its reader rejects entirely becomes findings too; an Error means that there is nothing to
// inspect (kNotFound: nothing refers to any of the splits) or that the section itself is wrong.
Result<std::vector<SplitSet>> open_splits(const DatasetRegistry& datasets, const Json& section,
                                          const std::vector<Split>& splits);

// The same for certification: also packed sets, whose images are not separate files. A missing file that a format needs
// is an Error, and so is whatever a data set outside of the formats refuses.
struct SplitData {
    Split split = Split::kTrain;
    std::shared_ptr<const Dataset> data;
};
Result<std::vector<SplitData>> open_data(const DatasetRegistry& datasets, const Json& section,
                                         const std::vector<Split>& splits);

// Converts any data set, including those of plug-ins.
Result<AnnotatedSet> annotated_set_of(const Dataset& dataset);

}  // namespace goetia
