// Reader of a data set in one of the formats. It returns what it read together with its findings: training refuses a
// set with faults, `goetia dataset validate` reports them all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "component/registry.h"
#include "datasets/annotated_set.h"
#include "datasets/dataset.h"
#include "datasets/validation/finding.h"

namespace goetia {

struct ReadSet {
    AnnotatedSet set;
    std::vector<Finding> findings;  // what cannot be used is skipped in `set` and reported here
    // Extra fields on which the sources of a merged set differ, dropped, with their count.
    std::map<std::string, std::int64_t> differing;
};

// Created from the `dataset` section, which says where everything is. It opens no images.
class SetReader {
  public:
    virtual ~SetReader() = default;
    // kNotFound: the set has no such split, and nothing refers to one. Something that is referred to (by the
    // configuration or by the set's own files) but missing is a different error, or a finding.
    [[nodiscard]] virtual Result<ReadSet> read(Split split) const = 0;
};

// The built-in formats by their dataset.type name; every one of them is also a data set to train on.
using ReaderRegistry = Registry<SetReader>;

Status register_builtin_readers(ReaderRegistry& registry);

// The same formats as data sets, with faulty_objects in addition to their own parameters.
Status register_format_datasets(DatasetRegistry& registry);

}  // namespace goetia
