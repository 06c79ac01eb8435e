// Reading a data set in one of the formats. A reader tells what it finds wrong beside what it read: training refuses a
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
    std::vector<Finding> findings;  // what cannot be taken as it stands is left out of `set` and stands here
    // What the sources of a set say each in another way, so that none of it was kept, with its count.
    std::map<std::string, std::int64_t> differing;
};

// Made from the `dataset` section, which says where everything is. It opens no picture.
class SetReader {
  public:
    virtual ~SetReader() = default;
    // kNotFound: the set has no such split, and nothing names one. What is named (by the document, by the set's own
    // files) and is not there is another error, or a finding.
    [[nodiscard]] virtual Result<ReadSet> read(Split split) const = 0;
};

// The built-in formats by the name that dataset.type gives them; every one of them is a data set to train on too.
using ReaderRegistry = Registry<SetReader>;

Status register_builtin_readers(ReaderRegistry& registry);

// The same formats as data sets, with faulty_objects beside their own parameters.
Status register_format_datasets(DatasetRegistry& registry);

}  // namespace goetia
