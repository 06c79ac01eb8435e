// A data set in any format, as annotated sets: for looking at it and checking it, faults and all.
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
    Findings findings;  // the reader's
};

// What the readers and the checks find, set by set.
std::vector<Findings> findings_of(const std::vector<SplitSet>& sets);

// How many of it are faults.
std::int64_t faults_in(const Findings& findings);

// The built-in name that `format` means: "coco", "COCO" and "CocoDataset" are one.
Result<std::string> format_named(const std::string& format);
std::vector<std::string> format_names();

// One split of the `dataset` section. A document that its reader refuses as a whole becomes findings too; an Error
// means that there is nothing to look at (kNotFound: nothing names such a split) or that the section itself is wrong.
Result<SplitSet> open_split(const Json& section, Split split);

// Those of `splits` that the set has; an Error when it has none of them.
Result<std::vector<SplitSet>> open_splits(const Json& section, const std::vector<Split>& splits);

// The same for certifying: packed sets too, whose pictures have no files of their own to be looked at. A file that a
// format needs and that is not there is an Error, and so is what a data set that is no format's refuses.
struct SplitData {
    Split split = Split::kTrain;
    std::shared_ptr<const Dataset> data;
};
Result<std::vector<SplitData>> open_data(const Json& section, const std::vector<Split>& splits);

// What any data set becomes, a plug-in's too.
Result<AnnotatedSet> annotated_set_of(const Dataset& dataset);

}  // namespace goetia
