#include "feeding/cached_dataset.h"

#include <gmock/gmock.h>

#include "testkit/feeding.h"
#include "testkit/transparent_webp.h"

namespace goetia {
namespace {

using namespace testkit;

class CachedDatasetTest : public testing::Test {
  protected:
    void SetUp() override {
        for (int i = 0; i < 6; ++i)
            write_text(folder_ / fmt::format("train/a/{}.jpg", i),
                       encode_jpeg(gradient_image(60, 50, 40 * i), 85).value());
        set_ = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    }

    // The pixels of every sample in one epoch.
    static std::string epoch(const std::shared_ptr<const Dataset>& set, int threads) {
        const auto loader = make_loader(
            set, sampler("shuffle", set),
            pipeline({{{"type", "LoadImage"}}, {{"type", "RandomResizedCrop"}, {"size", 16}}, {{"type", "ToTensor"}}})
                .value(),
            {}, {.batch_size = 6, .threads = threads});
        EXPECT_TRUE(loader->start(0));
        const auto batch = loader->next();
        EXPECT_TRUE(batch) << to_string(batch.error());
        if (!batch) return {};
        return {reinterpret_cast<const char*>((*batch)->images()), 6 * 3 * 16 * 16 * sizeof(float)};
    }

    TempFolder folder_;
    std::shared_ptr<const Dataset> set_;
};

TEST_F(CachedDatasetTest, gives_the_same_pixels_and_reads_a_file_once) {
    const std::string plain = epoch(set_, 0);
    for (const CacheKind kind : {CacheKind::kBytes, CacheKind::kPixels}) {
        const auto kept = cached(set_, kind, 1 << 20);
        EXPECT_TRUE(epoch(kept, 4) == plain);
        fs::rename(folder_ / "train", folder_ / "away");
        EXPECT_TRUE(epoch(kept, 0) == plain) << "the files are not needed any more";
        fs::rename(folder_ / "away", folder_ / "train");
    }
}

TEST_F(CachedDatasetTest, transparent_images_keep_their_file_for_the_pipeline) {
    write_text(folder_ / "train/a/0.webp", transparent_webp({200, 0, 0, 100}));
    set_ = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    const auto pixels_of = [](const Dataset& set, const Json& background) {
        Sample sample = set.sample(0).value();
        EXPECT_EQ(sample.path.filename(), "0.jpg");
        sample = set.sample(1).value();
        const Json steps{{{"type", "LoadImage"}, {"background", background}}};
        EXPECT_TRUE(pipeline(steps)->apply(sample, 0, 0));
        return sample.image.pixels;
    };
    ASSERT_NE(pixels_of(*set_, {255, 255, 255}), pixels_of(*set_, nullptr));
    for (const CacheKind kind : {CacheKind::kBytes, CacheKind::kPixels}) {
        const auto kept = cached(set_, kind, 1 << 20);
        for (int round = 0; round < 2; ++round) {
            EXPECT_EQ(pixels_of(*kept, {255, 255, 255}), pixels_of(*set_, {255, 255, 255}));
            EXPECT_EQ(pixels_of(*kept, nullptr), pixels_of(*set_, nullptr));
        }
        EXPECT_TRUE(kept->sample(1).value().stored);
        EXPECT_EQ(kept->sample(0).value().stored.width > 0, kind == CacheKind::kPixels) << "others are decoded";
    }
}

TEST_F(CachedDatasetTest, holds_no_more_than_its_limit) {
    const std::uint64_t one = 60 * 50 * 3;
    const auto kept = cached(set_, CacheKind::kPixels, 2 * one + 1000);
    for (int round = 0; round < 2; ++round) {
        int there = 0;
        for (std::int64_t i = 0; i < 6; ++i) there += static_cast<bool>(kept->sample(i).value().stored) ? 1 : 0;
        EXPECT_EQ(there, 2) << "those that came first";
    }
    EXPECT_TRUE(epoch(kept, 3) == epoch(set_, 0));
}

TEST_F(CachedDatasetTest, an_unreadable_file_is_reported_by_the_loader) {
    write_text(folder_ / "train/a/2.jpg", "no image");
    for (const CacheKind kind : {CacheKind::kBytes, CacheKind::kPixels}) {
        const auto kept = cached(set_, kind, 1 << 20);
        const auto loader =
            make_loader(kept, sampler("sequential", kept),
                        pipeline({{{"type", "LoadImage"}}, {{"type", "ToTensor"}}}).value(), {}, {.batch_size = 6});
        ASSERT_TRUE(loader->start(0));
        EXPECT_THAT(loader->next().error().message,
                    testing::HasSubstr("it is not a JPEG, PNG, BMP, WebP or TIFF file"));
    }
}

}  // namespace
}  // namespace goetia
