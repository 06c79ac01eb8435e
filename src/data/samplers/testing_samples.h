// Data sets for the tests of samplers: labels, sizes and sources without any file.
#pragma once

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "data/formats/annotated_dataset.h"
#include "data/testing_data.h"

namespace goetia::testing_data {

using Samples = std::vector<std::int64_t>;

// One picture for each list of classes; more than one class makes it a detection set.
inline std::shared_ptr<const Dataset> labelled(const std::vector<Samples>& labels, std::vector<std::string> classes) {
    AnnotatedSet set;
    set.classes = std::move(classes);
    set.roots = {"nowhere"};
    for (const Samples& list : labels) {
        AnnotatedImage& image = set.images.emplace_back();
        if (list.size() == 1) image.label = list[0];
        else
            for (const std::int64_t label : list) image.instances.push_back({.label = label});
    }
    return std::make_shared<AnnotatedDataset>(std::move(set));
}

// `counts` pictures of each class, one class after the other.
inline std::shared_ptr<const Dataset> counted(const Samples& counts) {
    std::vector<Samples> labels;
    std::vector<std::string> classes;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        classes.push_back(std::string(1, static_cast<char>('a' + c)));
        labels.insert(labels.end(), static_cast<std::size_t>(counts[c]), {static_cast<std::int64_t>(c)});
    }
    return labelled(labels, classes);
}

inline Result<std::shared_ptr<Sampler>> try_sampler(const Json& config, std::shared_ptr<const Dataset> dataset) {
    SamplerRegistry registry(Kind::kSampler);
    GOETIA_TRY(register_builtin_samplers(registry));
    return registry.make(config, "dataset.sampler", std::move(dataset));
}

inline std::shared_ptr<Sampler> made(const Json& config, std::shared_ptr<const Dataset> dataset) {
    auto sampler = try_sampler(config, std::move(dataset));
    EXPECT_TRUE(sampler) << to_string(sampler.error());
    return std::move(sampler).value();
}

inline std::map<std::int64_t, int> times(const Samples& order) {
    std::map<std::int64_t, int> counts;
    for (const std::int64_t one : order) ++counts[one];
    return counts;
}

inline std::map<std::int64_t, int> times_of_class(const Samples& order, const Dataset& dataset) {
    std::map<std::int64_t, int> counts;
    for (const std::int64_t one : order) ++counts[dataset.sample(one)->label];
    return counts;
}

}  // namespace goetia::testing_data
