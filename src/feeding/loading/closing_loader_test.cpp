#include "feeding/loading/closing_loader.h"

#include <gtest/gtest.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

class ClosingLoaderTest : public testing::Test {
  protected:
    void SetUp() override {
        make_classes(folder_.path(), "train", {"a", "b", "c"}, 7);  // 21 samples
        dataset_ = open({{"type", "ImageFolder"}, {"data_root", folder_.path().native()}}).value();
    }

    // Images of one side before and of another in the last epochs.
    std::unique_ptr<Loader> sized(int side) {
        TransformRegistry registry(Kind::kTransform);
        EXPECT_TRUE(register_builtin_transforms(registry));
        const Json list{{{"type", "LoadImage"}}, {{"type", "Resize"}, {"size", {side, side}}}, {{"type", "ToTensor"}}};
        return make_loader(dataset_, sampler("shuffle", dataset_),
                           Pipeline::make(registry, list, "augmentation.train.pipeline").value(), {},
                           {.batch_size = 8, .seed = 5});
    }

    // Of each batch of the epoch from `first` on: its height and its samples.
    std::vector<std::pair<std::int64_t, std::vector<std::int64_t>>> epoch(Loader& loader, std::uint64_t number,
                                                                          std::int64_t first = 0) {
        EXPECT_TRUE(loader.start(number, first).ok());
        std::vector<std::pair<std::int64_t, std::vector<std::int64_t>>> seen;
        for (auto batch = loader.next().value(); batch; batch = loader.next().value())
            seen.emplace_back(batch->height, batch->samples());
        return seen;
    }

    TempFolder folder_;
    std::shared_ptr<Dataset> dataset_;
};

TEST_F(ClosingLoaderTest, the_last_epochs_are_prepared_otherwise_in_the_order_they_would_have_had) {
    const auto loader = make_closing_loader(sized(8), sized(12), 2);
    const auto small = sized(8), large = sized(12);
    EXPECT_EQ(loader->batches_per_epoch(), 3);
    for (const std::uint64_t number : {0, 1}) EXPECT_EQ(epoch(*loader, number), epoch(*small, number)) << number;
    for (const std::uint64_t number : {2, 3}) EXPECT_EQ(epoch(*loader, number), epoch(*large, number)) << number;
    EXPECT_EQ(epoch(*loader, 2).front().first, 12);
    EXPECT_GT(loader->counts().images, 4 * 21);
}

TEST_F(ClosingLoaderTest, an_epoch_begun_in_its_middle_is_the_rest_of_the_whole_one) {
    for (const std::uint64_t number : {1, 2}) {
        const auto whole = epoch(*make_closing_loader(sized(8), sized(12), 2), number);
        const auto rest = epoch(*make_closing_loader(sized(8), sized(12), 2), number, 1);
        ASSERT_EQ(rest.size(), 2U);
        EXPECT_EQ(rest, (std::vector(whole.begin() + 1, whole.end()))) << number;
    }
}

}  // namespace
}  // namespace goetia
