#include "learn/tasks/semantic.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "imaging/decode/encode.h"
#include "learn/losses/class_maps.h"
#include "learn/tasks/task_kit.h"

namespace goetia {
namespace {

using testing::HasSubstr;
namespace F = torch::nn::functional;

// A frame whose row shows the original image scaled, then shifted by a padding on the left and at the top.
Frame frame_of(int width, int height, double scale, int left, int top, int row_width, int row_height) {
    PointMap to_original;
    to_original.m = {1 / scale, 0, -left / scale, 0, 1 / scale, -top / scale, 0, 0, 1};
    return {.sample = 0,
            .width = width,
            .height = height,
            .to_original = to_original,
            .row_width = row_width,
            .row_height = row_height};
}

torch::Tensor as_tensor(const Image& map) {
    return torch::tensor(std::vector<std::int64_t>(map.pixels.begin(), map.pixels.end())).view({map.height, map.width});
}

torch::Tensor resized(const torch::Tensor& scores, std::int64_t height, std::int64_t width) {
    return F::interpolate(scores, F::InterpolateFuncOptions()
                                      .size(std::vector<std::int64_t>{height, width})
                                      .mode(torch::kBilinear)
                                      .align_corners(false));
}

TEST(Semantic, maps_of_rows_that_are_the_originals_are_the_highest_scores) {
    const torch::Tensor scores = torch::randn({2, 5, 6, 8});
    const std::vector<Frame> frames(2, frame_of(8, 6, 1, 0, 0, 8, 6));
    const ClassMaps maps = class_maps(scores, frames);
    ASSERT_EQ(maps.rows.size(), 2U);
    EXPECT_TRUE(as_tensor(maps.rows[1]).equal(scores[1].argmax(0)));
}

TEST(Semantic, maps_of_scaled_rows_are_the_scaled_scores) {
    const torch::Tensor scores = torch::randn({1, 4, 12, 15});
    const ClassMaps maps = class_maps(scores, {frame_of(40, 32, 0.375, 0, 0, 15, 12)});
    EXPECT_TRUE(as_tensor(maps.rows[0]).equal(resized(scores, 32, 40)[0].argmax(0)));
}

TEST(Semantic, scores_smaller_than_the_row_are_scaled_first) {
    const torch::Tensor scores = torch::randn({1, 4, 3, 4});
    const ClassMaps maps = class_maps(scores, {frame_of(16, 12, 1, 0, 0, 16, 12)});
    EXPECT_TRUE(as_tensor(maps.rows[0]).equal(resized(scores, 12, 16)[0].argmax(0)));
}

TEST(Semantic, padding_is_cut_off_and_not_mixed_in) {
    torch::Tensor scores = torch::randn({1, 3, 20, 20});
    const Frame frame = frame_of(30, 20, 0.5, 2, 5, 20, 20);  // 15x10 pixels of content
    const auto expected = resized(scores.slice(2, 5, 15).slice(3, 2, 17), 20, 30)[0].argmax(0);
    EXPECT_TRUE(as_tensor(class_maps(scores, {frame}).rows[0]).equal(expected));
    torch::Tensor other = torch::full({1, 3, 20, 20}, 100.0F);
    other.select(1, 2).fill_(200);
    other.slice(2, 5, 15).slice(3, 2, 17).copy_(scores.slice(2, 5, 15).slice(3, 2, 17));
    EXPECT_TRUE(as_tensor(class_maps(other, {frame}).rows[0]).equal(expected));
}

TEST(Semantic, a_flipped_row_is_flipped_back) {
    const torch::Tensor scores = torch::randn({1, 3, 8, 10});
    Frame frame = frame_of(10, 8, 1, 0, 0, 10, 8);
    frame.to_original.m = {-1, 0, 10, 0, 1, 0, 0, 0, 1};
    EXPECT_TRUE(as_tensor(class_maps(scores, {frame}).rows[0]).equal(scores[0].flip({2}).argmax(0)));
}

TEST(Semantic, a_large_original_is_mapped_in_bands_without_a_seam) {
    const torch::Tensor scores = torch::randn({1, 200, 20, 20});
    const ClassMaps maps = class_maps(scores, {frame_of(400, 400, 0.05, 0, 0, 20, 20)});  // 2 bands
    EXPECT_TRUE(as_tensor(maps.rows[0]).equal(resized(scores, 400, 400)[0].argmax(0)));
}

TEST(Semantic, the_accuracy_of_training_is_the_mean_of_the_rows) {
    const torch::Tensor masks = torch::tensor({{{0, 1}, {1, 255}}, {{255, 255}, {255, 0}}}, torch::kInt64);
    torch::Tensor scores = torch::zeros({2, 2, 2, 2});
    scores.select(1, 1).fill_(1);  // class 1 everywhere: two of three pixels, and none of one
    EXPECT_NEAR(sum_of_pixel_accuracies(scores, masks).item<double>(), 2.0 / 3, 1e-6);
}

// Samples without pixels; the first `masks` of them have a mask of 3x2 pixels.
class MaskedSet final : public Dataset {
  public:
    MaskedSet(std::size_t classes, std::int64_t masks) : classes_(classes, "c"), masks_(masks) {
        Image mask{.width = 3, .height = 2, .channels = 1, .pixels = {0, 1, 2, 255, 1, 0}};
        png_ = encode_png(mask).value();
    }
    [[nodiscard]] std::int64_t size() const override { return 4; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        Sample sample{.index = index, .name = "image"};
        if (index < masks_) sample.stored_mask.bytes = png_;
        return sample;
    }

  private:
    std::vector<std::string> classes_;
    std::int64_t masks_;
    std::string png_;
};

class NoSegmenter final : public SemanticModel {
  public:
    Outputs forward(const torch::Tensor& images) override { return {images}; }
    Losses losses(const Outputs&, const Targets&) override { return {}; }
    [[nodiscard]] std::int64_t outcomes() const override { return 3; }
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }
};

TEST(Semantic, data_without_masks_or_of_other_classes_are_refused) {
    const TaskKit kit = semantic_kit();
    const NoSegmenter model;
    EXPECT_TRUE(kit.fits(MaskedSet(3, 1), model, "model.head.num_classes").ok());
    EXPECT_THAT(kit.fits(MaskedSet(3, 0), model, "model.head.num_classes").error().message,
                HasSubstr("no image of the training split has a mask of classes; dataset.type must be a set for "
                          "segmentation: SemanticMasks"));
    EXPECT_THAT(kit.fits(MaskedSet(5, 4), model, "model.head.num_classes").error().message,
                HasSubstr("model.head.num_classes is 3, but the data set has 5 classes; set model.head.num_classes=5"));
    EXPECT_THAT(kit.fits(MaskedSet(300, 4), model, "model.head.num_classes").error().message,
                HasSubstr("the data set has 300 classes, but masks are bytes, which tell at most 255 apart"));
}

TEST(Semantic, batches_without_masks_name_the_step_that_is_missing) {
    const TaskKit kit = semantic_kit();
    const std::vector<Frame> frames{frame_of(3, 2, 1, 0, 0, 3, 2)};
    Truth truth{.masks = {0, 1, 2, 255, 1, 0}};
    const Targets targets = kit.encode(truth, frames, torch::kCPU);
    EXPECT_TRUE(targets.masks.equal(torch::tensor({{{0, 1, 2}, {255, 1, 0}}}, torch::kInt64)));
    try {
        (void)kit.encode({}, frames, torch::kCPU);
        FAIL() << "no masks were encoded";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(), HasSubstr("put LoadMask right after LoadImage"));
    }
}

TEST(Semantic, metrics_are_given_the_masks_of_the_original_images) {
    const TaskKit kit = semantic_kit();
    const MaskedSet data(3, 4);
    Truth in_rows{.labels = {-1}, .masks = {0}};
    const auto truth = kit.original_truth(data, in_rows, {frame_of(3, 2, 1, 0, 0, 1, 1)});
    ASSERT_TRUE(truth.ok()) << to_string(truth.error());
    ASSERT_EQ(truth->class_maps.size(), 1U);
    EXPECT_EQ(truth->class_maps[0].pixels, (std::vector<std::uint8_t>{0, 1, 2, 255, 1, 0}));
    EXPECT_TRUE(truth->masks.empty());
    const auto wrong = kit.original_truth(data, in_rows, {frame_of(4, 2, 1, 0, 0, 1, 1)});
    ASSERT_FALSE(wrong.ok());
    EXPECT_THAT(wrong.error().message, HasSubstr("the mask 'image' is 3x2 pixels, its image 4x2"));
}

}  // namespace
}  // namespace goetia
