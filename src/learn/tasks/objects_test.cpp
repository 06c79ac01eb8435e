#include "learn/tasks/objects.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "imaging/masks/rle.h"
#include "learn/tasks/task_kit.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;

Instance marked(std::int64_t label, const Box& box) {
    Instance one;
    one.label = label, one.box = box;
    return one;
}

Frame plain(int width, int height) {
    return {.width = width, .height = height, .row_width = width, .row_height = height};
}

// Finds nothing; only its task and its count of classes matter.
class Counted final : public DetectionModel {
  public:
    explicit Counted(std::int64_t classes) : classes_(classes) {}
    Outputs forward(const torch::Tensor&) override { return {}; }
    Losses losses(const Outputs&, const Targets&) override { return {}; }
    [[nodiscard]] Predictions predict(const Outputs&, const std::vector<Frame>&) const override {
        return FoundObjects{};
    }
    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }

  private:
    std::int64_t classes_;
};

class Listed final : public Dataset {
  public:
    explicit Listed(std::vector<Instance> objects) : objects_(std::move(objects)) {}
    [[nodiscard]] std::int64_t size() const override { return 1; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        Sample sample{.index = index, .name = "street.jpg"};
        sample.instances = objects_;
        return sample;
    }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

  private:
    std::vector<Instance> objects_;
    std::vector<std::string> classes_{"car", "bus"};
};

std::string refusal(Task task, std::vector<Instance> objects, std::int64_t classes = 2) {
    const Status fits =
        task_kit(task).value()->fits(Listed(std::move(objects)), Counted(classes), "model.head.num_classes");
    return fits ? "" : to_string(fits.error());
}

TEST(Objects, crowds_and_empty_boxes_are_not_learned) {
    Truth truth;
    Instance crowd = marked(1, {0, 0, 9, 9});
    crowd.crowd = true;
    truth.objects = {{marked(1, {1, 2, 3, 5}), crowd, marked(0, {4, 4, 4, 8})}, {}};
    const Targets targets =
        task_kit(Task::kDetection).value()->encode(truth, {plain(10, 10), plain(10, 10)}, torch::kCPU);
    ASSERT_EQ(targets.objects.size(), 2U);
    EXPECT_TRUE(targets.objects[0].boxes.equal(torch::tensor({{1.F, 2.F, 3.F, 5.F}})));
    EXPECT_TRUE(targets.objects[0].labels.equal(torch::tensor({1})));
    EXPECT_FALSE(targets.objects[0].masks.defined());
    EXPECT_EQ(targets.objects[1].boxes.sizes(), (std::vector<std::int64_t>{0, 4}));
}

TEST(Objects, polygons_become_masks_of_the_row) {
    Truth truth;
    Instance one = marked(0, {1, 1, 3, 3});
    one.polygons = {{1, 1, 3, 1, 3, 3, 1, 3}};
    truth.objects = {{one}};
    const Targets targets = task_kit(Task::kInstance).value()->encode(truth, {plain(5, 4)}, torch::kCPU);
    const torch::Tensor& masks = targets.objects[0].masks;
    ASSERT_EQ(masks.sizes(), (std::vector<std::int64_t>{1, 4, 5}));
    EXPECT_EQ(masks.sum().item<int>(), 4);
    EXPECT_EQ(masks[0][1][2].item<int>(), 1);
}

TEST(Objects, are_given_in_pixels_of_the_original_image) {
    Frame half = plain(20, 10);
    half.width = 40, half.height = 20, half.to_original = {{2, 0, 0, 0, 2, 0, 0, 0, 1}};
    RowObjects row;
    row.boxes = torch::tensor({{1.F, 2.F, 5.F, 30.F}}), row.labels = torch::tensor({1}),
    row.scores = torch::tensor({0.5F});
    row.masks = torch::zeros({1, 10, 20});
    row.masks[0].slice(0, 2, 6).slice(1, 4, 8) = 1;
    const FoundObjects found = in_original_images({row}, {half});
    ASSERT_EQ(found.rows.size(), 1U);
    const FoundObject& one = found.rows[0].at(0);
    EXPECT_EQ(one.box, (Box{2, 4, 10, 20}));
    EXPECT_EQ(one.label, 1);
    ASSERT_TRUE(one.mask);
    EXPECT_EQ(one.mask->height, 20);
    EXPECT_EQ(box_of(*one.mask), (Box{8, 4, 16, 12}));
    EXPECT_EQ(area_of(*one.mask), 64);
}

TEST(Objects, refuse_data_that_do_not_fit) {
    Instance shaped = marked(0, {1, 1, 3, 3});
    shaped.polygons = {{1, 1, 3, 1, 3, 3}};
    EXPECT_EQ(refusal(Task::kDetection, {marked(0, {1, 1, 3, 3})}), "");
    EXPECT_EQ(refusal(Task::kInstance, {shaped}), "");
    EXPECT_THAT(refusal(Task::kDetection, {}), HasSubstr("no image of the training split has one"));
    EXPECT_THAT(refusal(Task::kDetection, {marked(0, {1, 1, 3, 3})}, 7),
                HasSubstr("model.head.num_classes is 7, but the data set has 2 classes"));
    EXPECT_THAT(refusal(Task::kInstance, {shaped, marked(1, {1, 1, 3, 3})}),
                HasSubstr("1 of the 2 objects of the training split have none, the first one in 'street.jpg'"));
}

}  // namespace
}  // namespace goetia
