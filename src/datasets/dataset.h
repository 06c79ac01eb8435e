// A data set: samples by index. It lists them without decoding; its constructor reads no image.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"
#include "component/registry.h"
#include "imaging/sample.h"

namespace goetia {

enum class Split { kTrain, kVal, kTest };

std::string_view split_name(Split split);

// What samplers and statistics need to know about a sample; cheaper than sample().
struct SampleInfo {
    std::vector<std::int64_t> labels;  // distinct classes, sorted; empty if unlabelled
    int width = 0, height = 0;         // as annotated; 0 if unknown
    std::uint32_t source = 0;          // into Dataset::sources()
    std::int64_t label = -1;           // image label; -1 if there is none
    std::string subject = {};          // empty when unknown
};

// One source of a combined data set.
struct DataSource {
    std::string name;
    double weight = 1;
    friend bool operator==(const DataSource&, const DataSource&) = default;
};

class Dataset {
  public:
    virtual ~Dataset() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    // Everything except the pixels. Thread-safe.
    [[nodiscard]] virtual Result<Sample> sample(std::int64_t index) const = 0;
    [[nodiscard]] virtual const std::vector<std::string>& classes() const = 0;

    // The format's own class ids, by class number; empty: they count from 0.
    [[nodiscard]] virtual const std::vector<std::int64_t>& class_ids() const;
    // The names of regression's values; empty where there are none.
    [[nodiscard]] virtual const std::vector<std::string>& targets() const;

    [[nodiscard]] virtual Result<SampleInfo> info(std::int64_t index) const;
    // Empty unless the set combines several sources.
    [[nodiscard]] virtual const std::vector<DataSource>& sources() const;
    // Number of faulty objects skipped, by finding code.
    [[nodiscard]] virtual const std::map<std::string, std::int64_t>& left_out() const;
    // The stored fingerprint, if the set carries one, so that it need not be read in full; else empty.
    [[nodiscard]] virtual std::string known_fingerprint() const { return {}; }
    // Sampler used for training unless configured.
    [[nodiscard]] virtual Json default_sampler() const;
};

// The distinct classes present in an image, sorted.
std::vector<std::int64_t> labels_of(std::int64_t label, const std::vector<Instance>& instances);

// Data sets of a run: made from the `dataset` section for one split.
using DatasetRegistry = Registry<Dataset, Split>;

// Defined in feeding/: the formats, and packed sets.
Status register_builtin_datasets(DatasetRegistry& registry);

// One hash over names, bytes and labels, in order; a run records it.
Result<std::string> fingerprint(const Dataset& dataset, const StopToken& stop = {});

}  // namespace goetia
