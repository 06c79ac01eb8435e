// Transforms, pipelines, samplers and loaders by name.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "feeding/loading/loader.h"
#include "feeding/sampler.h"
#include "feeding/transform.h"
#include "testkit/datasets.h"

namespace goetia::testkit {

// Any data set of this build, packed ones too.
inline Result<std::shared_ptr<Dataset>> open_any(const Json& config, Split split = Split::kTrain) {
    DatasetRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(registry));
    return registry.make(config, "dataset", split);
}

inline std::shared_ptr<const Sampler> sampler(const std::string& type, std::shared_ptr<const Dataset> dataset) {
    SamplerRegistry registry(Kind::kSampler);
    EXPECT_TRUE(register_builtin_samplers(registry));
    return registry.make({{"type", type}}, "sampler", std::move(dataset)).value();
}

inline Result<Pipeline> pipeline(const Json& steps) {
    TransformRegistry registry(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(registry));
    return Pipeline::make(registry, steps, "augmentation.train.pipeline");
}

inline std::shared_ptr<Transform> transform(const Json& config) {
    TransformRegistry registry(Kind::kTransform);
    EXPECT_TRUE(register_builtin_transforms(registry));
    auto made = registry.make(config, "augmentation.train.pipeline[0]");
    EXPECT_TRUE(made) << to_string(made.error());
    return made.value();
}

inline std::string transform_error(const Json& config) {
    TransformRegistry registry(Kind::kTransform);
    EXPECT_TRUE(register_builtin_transforms(registry));
    const auto made = registry.make(config, "augmentation.train.pipeline[0]");
    return made ? "" : to_string(made.error());
}

inline std::shared_ptr<BatchTransform> batch_transform(const Json& config) {
    BatchTransformRegistry registry(Kind::kBatchTransform);
    EXPECT_TRUE(register_builtin_batch_transforms(registry));
    return registry.make(config, "augmentation.train.batch_augments[0]").value();
}

inline Image apply(const Transform& step, Image image, std::uint64_t draw = 0) {
    Sample sample;
    sample.image = std::move(image);
    Random random({.seed = 1, .sample = draw});
    const Status done = step.apply(sample, random);
    EXPECT_TRUE(done) << to_string(done.error());
    return std::move(sample.image);
}

}  // namespace goetia::testkit
