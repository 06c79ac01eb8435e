// The loader's memory: it does not grow, batches may be bytes, blocks are reused.
#include <set>

#include <gmock/gmock.h>
#include <malloc.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

const Json kSteps{{{"type", "LoadImage"}},
                  {{"type", "RandomResizedCrop"}, {"size", 48}},
                  {{"type", "RandomHorizontalFlip"}},
                  {{"type", "ToTensor"}},
                  {{"type", "Normalize"}}};

class LoaderMemory : public testing::Test {
  protected:
    void SetUp() override {
        for (int i = 0; i < 24; ++i)
            write_text(folder_ / fmt::format("train/a/{:02}.jpg", i),
                       encode_jpeg(gradient_image(60 + 5 * i, 200 - 3 * i, 10 * i), 80).value());
        set_ = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    }
    std::unique_ptr<Loader> loader(LoaderOptions options, const Json& steps = kSteps) {
        options.seed = 2;
        return make_loader(set_, sampler("shuffle", set_), pipeline(steps).value(), {}, std::move(options));
    }

    TempFolder folder_;
    std::shared_ptr<const Dataset> set_;
};

// The bytes allocated in all arenas of malloc. Resident pages would also depend on what the kernel does with pages of
// earlier tests.
std::int64_t bytes_held() {
    const struct mallinfo2 memory = ::mallinfo2();
    return static_cast<std::int64_t>(memory.uordblks + memory.hblkhd);
}

void run_epoch(Loader& loader, std::uint64_t epoch) {
    ASSERT_TRUE(loader.start(epoch));
    for (;;) {
        const auto batch = loader.next();
        ASSERT_TRUE(batch) << to_string(batch.error());
        if (!*batch) return;
    }
}

TEST_F(LoaderMemory, stays_flat_over_fifty_epochs) {
    const auto made = loader({.batch_size = 5, .threads = 3});
    for (std::uint64_t epoch = 0; epoch < 10; ++epoch) run_epoch(*made, epoch);
    const std::int64_t before = bytes_held();
    for (std::uint64_t epoch = 10; epoch < 60; ++epoch) run_epoch(*made, epoch);
    EXPECT_LT(bytes_held() - before, 1 << 18);
}

TEST_F(LoaderMemory, blocks_are_reused_once_a_batch_is_released) {
    const auto made = loader({.batch_size = 4, .threads = 2, .ahead = 2});
    std::set<void*> blocks;
    for (std::uint64_t epoch = 0; epoch < 6; ++epoch) {
        ASSERT_TRUE(made->start(epoch));
        for (auto batch = made->next(); batch && *batch; batch = made->next()) blocks.insert((*batch)->memory.get());
    }
    EXPECT_LE(blocks.size(), 6U) << "of 36 batches";
}

TEST_F(LoaderMemory, a_batch_outlives_its_loader) {
    Batch batch;
    {
        const auto made = loader({.batch_size = 4, .threads = 2});
        ASSERT_TRUE(made->start(0));
        batch = made->next().value().value();
    }
    EXPECT_EQ(batch.images()[0], batch.images()[0]);
}

TEST_F(LoaderMemory, bytes_normalise_to_the_same_floats) {
    for (const int threads : {0, 1, 5, 16}) {
        const auto numbers = loader({.batch_size = 5, .threads = threads}),
                   bytes = loader({.batch_size = 5, .threads = threads, .pixel_type = PixelType::kUInt8});
        ASSERT_TRUE(numbers->start(3));
        ASSERT_TRUE(bytes->start(3));
        for (;;) {
            const auto a = numbers->next().value(), b = bytes->next().value();
            ASSERT_EQ(a.has_value(), b.has_value());
            if (!a) break;
            ASSERT_TRUE(b->bytes && !a->bytes);
            ASSERT_EQ(a->samples(), b->samples());
            const std::int64_t area = a->height * a->width;
            for (std::int64_t i = 0; i < a->size * 3 * area; ++i) {
                const auto channel = static_cast<std::size_t>(i / area % 3);
                const float number =
                    (static_cast<float>(b->byte_images()[i]) / 255.0F - b->mean[channel]) / b->deviation[channel];
                ASSERT_EQ(number, a->images()[i]);
            }
        }
    }
}

TEST_F(LoaderMemory, refuses_bytes_where_a_pipeline_gives_floats) {
    Json steps = kSteps;
    steps.push_back({{"type", "RandomErasing"}, {"prob", 1}});
    const auto made = loader({.batch_size = 4, .pixel_type = PixelType::kUInt8}, steps);
    ASSERT_TRUE(made->start(0));
    EXPECT_THAT(made->next().error().message, HasSubstr("as floats that bytes cannot hold; end the pipeline with "
                                                        "ToTensor and Normalize to use batches of bytes"));
    const auto mixed =
        make_loader(set_, sampler("shuffle", set_), pipeline(kSteps).value(), {batch_transform({{"type", "Mixup"}})},
                    {.batch_size = 4, .pixel_type = PixelType::kUInt8});
    EXPECT_THAT(mixed->start(0).error().message, HasSubstr("batches of bytes cannot be mixed"));
}

TEST_F(LoaderMemory, counts_the_bytes_it_moves) {
    const auto made = loader({.batch_size = 6, .threads = 2});
    run_epoch(*made, 0);
    const LoaderCounts counts = made->counts();
    EXPECT_EQ(counts.images, 24);
    EXPECT_EQ(counts.bytes_written, 24 * 3 * 48 * 48 * 4);
    std::int64_t files = 0;
    for (const auto& file : fs::directory_iterator(folder_ / "train/a"))
        files += static_cast<std::int64_t>(file.file_size());
    EXPECT_EQ(counts.bytes_read, files);
    EXPECT_GT(counts.bytes_decoded, 0);
}

}  // namespace
}  // namespace goetia
