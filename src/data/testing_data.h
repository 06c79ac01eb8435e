// What the room's tests share: folders that vanish, small pictures and data sets made on the spot.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json.h"
#include "data/dataset.h"
#include "data/decode/encode.h"
#include "data/formats/reader.h"
#include "data/loading/loader.h"
#include "data/sampler.h"
#include "data/transform.h"
#include "testkit/temporary_folder.h"

namespace goetia::testing_data {

namespace fs = std::filesystem;

using TempFolder = testkit::TemporaryFolder;

// A picture whose pixels tell their place: red by column, green by row, blue by `tone`.
inline Image picture(int width, int height, int tone = 0) {
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.pixels.push_back(static_cast<std::uint8_t>(x * 7));
            image.pixels.push_back(static_cast<std::uint8_t>(y * 11));
            image.pixels.push_back(static_cast<std::uint8_t>(tone));
        }
    }
    return image;
}

inline void write_text(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline void write_png(const fs::path& path, const Image& image) { write_text(path, encode_png(image).value()); }

// `count` pictures of 8x6 for each class: <root>/<split>/<class>/0.png ...
inline void make_classes(const fs::path& root, const std::string& split, const std::vector<std::string>& classes,
                         int count) {
    int tone = 0;
    for (const std::string& name : classes) {
        for (int i = 0; i < count; ++i)
            write_png(root / split / name / (std::to_string(i) + ".png"), picture(8, 6, tone++));
    }
}

inline Result<std::shared_ptr<Dataset>> open(const Json& config, Split split = Split::kTrain) {
    DatasetRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(registry));
    return registry.make(config, "dataset", split);
}

// What a format reads of one split, with all that it finds wrong.
inline Result<ReadSet> read_set(const Json& config, Split split = Split::kTrain) {
    ReaderRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(registry));
    GOETIA_ASSIGN(const auto reader, registry.make(config, "dataset"));
    return reader->read(split);
}

// One line for each finding: "bad_syntax x.json:3 [17] what was found; how to fix".
inline std::string told(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& one : findings)
        text += fmt::format("{} {}:{} [{}] {}; {}\n", finding_code(one.kind), one.file, one.line, one.id, one.found,
                            one.fix);
    return text;
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

}  // namespace goetia::testing_data
