// Samplers by name, and counts of their orders.
#pragma once

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "feeding/sampler.h"
#include "testkit/feeding.h"

namespace goetia::testkit {

inline Result<std::shared_ptr<Sampler>> try_sampler(const Json& config, std::shared_ptr<const Dataset> dataset) {
    SamplerRegistry registry(Kind::kSampler);
    GOETIA_TRY(register_builtin_samplers(registry));
    return registry.make(config, "dataset.sampler", std::move(dataset));
}

inline std::shared_ptr<Sampler> sampler_of(const Json& config, std::shared_ptr<const Dataset> dataset) {
    auto sampler = try_sampler(config, std::move(dataset));
    EXPECT_TRUE(sampler) << to_string(sampler.error());
    return std::move(sampler).value();
}

inline std::map<std::int64_t, int> counts_of(const Samples& order) {
    std::map<std::int64_t, int> counts;
    for (const std::int64_t one : order) ++counts[one];
    return counts;
}

inline std::map<std::int64_t, int> counts_by_class(const Samples& order, const Dataset& dataset) {
    std::map<std::int64_t, int> counts;
    for (const std::int64_t one : order) ++counts[dataset.sample(one)->label];
    return counts;
}

}  // namespace goetia::testkit
