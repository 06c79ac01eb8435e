// Samples by number. A data set lists; it does not decode: its constructor reads no picture.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/stop.h"
#include "component/registry.h"
#include "imaging/sample.h"

namespace goetia {

enum class Split { kTrain, kVal, kTest };

std::string_view split_name(Split split);

// What samplers and statistics ask of a sample; cheaper than sample().
struct Brief {
    std::vector<std::int64_t> labels;  // each class once, in order; none when unlabelled
    int width = 0, height = 0;         // as annotated; 0 when not said
    std::uint32_t source = 0;          // into Dataset::sources()
    std::int64_t label = -1;           // the picture's own; -1: it has none
    std::string subject = {};          // empty when unknown
};

// One of the sources of a data set that is made of several.
struct DataSource {
    std::string name;
    double weight = 1;
    friend bool operator==(const DataSource&, const DataSource&) = default;
};

class Dataset {
  public:
    virtual ~Dataset() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;
    // Everything but the pixels. Threads call it at once.
    [[nodiscard]] virtual Result<Sample> sample(std::int64_t index) const = 0;
    [[nodiscard]] virtual const std::vector<std::string>& classes() const = 0;

    [[nodiscard]] virtual Result<Brief> brief(std::int64_t index) const;
    // Empty unless it is made of several.
    [[nodiscard]] virtual const std::vector<DataSource>& sources() const;
    // Faulty objects that are left out, by the code of what is wrong with them.
    [[nodiscard]] virtual const std::map<std::string, std::int64_t>& left_out() const;
    // Its fingerprint where it brings one along, so that not all of it need be read; else empty.
    [[nodiscard]] virtual std::string known_fingerprint() const { return {}; }
    // The order of training unless the document names one.
    [[nodiscard]] virtual Json usual_sampler() const { return {{"type", "shuffle"}}; }
};

// Each class that a picture shows, once and in order.
std::vector<std::int64_t> labels_of(std::int64_t label, const std::vector<Instance>& instances);

// The data sets of a run: made from the `dataset` section for one split.
using DatasetRegistry = Registry<Dataset, Split>;

// In feeding/: the formats, and packed sets.
Status register_builtin_datasets(DatasetRegistry& registry);

// One hash over names, bytes and labels, in order: the certificate a run records.
Result<std::string> fingerprint(const Dataset& dataset, const StopToken& stop = {});

}  // namespace goetia
