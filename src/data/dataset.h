// Samples by number. A data set lists; it does not decode: its constructor reads no picture.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/registry.h"
#include "data/sample.h"

namespace goetia {

enum class Split { kTrain, kVal, kTest };

std::string_view split_name(Split split);

class Dataset {
  public:
    virtual ~Dataset() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    // Everything but the pixels. Threads call it at once.
    [[nodiscard]] virtual Result<Sample> sample(std::int64_t index) const = 0;
    [[nodiscard]] virtual const std::vector<std::string>& classes() const = 0;
};

// The data sets of a run: made from the `dataset` section for one split.
using DatasetRegistry = Registry<Dataset, Split>;

Status register_builtin_datasets(DatasetRegistry& registry);

// One hash over names, bytes and labels, in order: the certificate a run records.
Result<std::string> fingerprint(const Dataset& dataset);

}  // namespace goetia
