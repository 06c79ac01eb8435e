#include "datasets/dataset.h"

#include <algorithm>

#include "base/json.h"
#include "datasets/annotated_set.h"

namespace goetia {

std::vector<std::int64_t> labels_of(std::int64_t label, const std::vector<Instance>& instances) {
    std::vector<std::int64_t> labels;
    if (label >= 0) labels.push_back(label);
    for (const Instance& one : instances) {
        if (one.label >= 0) labels.push_back(one.label);
    }
    std::ranges::sort(labels);
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return labels;
}

std::vector<std::int64_t> labels_of(const AnnotatedSet& set, const AnnotatedImage& image) {
    if (set.task != Task::kMultilabel) return labels_of(image.label, image.instances);
    std::vector<std::int64_t> labels;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        if (image.values[i] > 0) labels.push_back(static_cast<std::int64_t>(i));
    }
    return labels;
}

Json Dataset::default_sampler() const { return {{"type", "shuffle"}}; }

Result<SampleInfo> Dataset::info(std::int64_t index) const {
    GOETIA_ASSIGN(const Sample whole, sample(index));
    return SampleInfo{
        .labels = labels_of(whole.label, whole.instances), .label = whole.label, .subject = whole.subject};
}

const std::vector<DataSource>& Dataset::sources() const {
    static const std::vector<DataSource> kNone;
    return kNone;
}

const std::vector<std::int64_t>& Dataset::class_ids() const {
    static const std::vector<std::int64_t> kNone;
    return kNone;
}

const std::vector<std::string>& Dataset::targets() const {
    static const std::vector<std::string> kNone;
    return kNone;
}

const std::map<std::string, std::int64_t>& Dataset::left_out() const {
    static const std::map<std::string, std::int64_t> kNone;
    return kNone;
}

std::string_view split_name(Split split) {
    switch (split) {
        case Split::kTrain: return "train";
        case Split::kVal: return "val";
        case Split::kTest: return "test";
    }
    return "train";
}

}  // namespace goetia
