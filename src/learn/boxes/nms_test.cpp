#include "learn/boxes/nms.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "base/json.h"
#include "learn/boxes/selection.h"

namespace goetia {
namespace {

using testing::HasSubstr;

std::vector<std::int64_t> listed(const torch::Tensor& indices) {
    return {indices.data_ptr<std::int64_t>(), indices.data_ptr<std::int64_t>() + indices.numel()};
}

using Indices = std::vector<std::int64_t>;

// Three boxes that overlap by 0.6 or more, one that overlaps the second by a third, and one far away.
torch::Tensor crowd() {
    return torch::tensor({{0.0F, 0.0F, 10.0F, 10.0F},
                          {0.0F, 1.0F, 10.0F, 11.0F},
                          {0.0F, 2.0F, 10.0F, 12.0F},
                          {0.0F, 6.0F, 10.0F, 16.0F},
                          {50.0F, 50.0F, 60.0F, 60.0F}});
}

TEST(Nms, keeps_the_surest_of_boxes_that_overlap) {
    const torch::Tensor scores = torch::tensor({0.5F, 0.9F, 0.8F, 0.7F, 0.1F});
    EXPECT_EQ(listed(nms(crowd(), scores, 0.5)), (Indices{1, 3, 4}));
    EXPECT_EQ(listed(nms(crowd(), scores, 0.34)), (Indices{1, 3, 4}));
    EXPECT_EQ(listed(nms(crowd(), scores, 0.33)), (Indices{1, 4}));
    EXPECT_EQ(listed(nms(crowd(), scores, 1)), (Indices{1, 2, 3, 0, 4}));
    EXPECT_EQ(listed(nms(torch::zeros({0, 4}), torch::zeros({0}), 0.5)), Indices{});
}

TEST(Nms, takes_the_earlier_of_equally_sure_boxes_and_keeps_an_overlap_of_the_threshold) {
    EXPECT_EQ(listed(nms(crowd(), torch::ones({5}), 0.5)), (Indices{0, 3, 4}));
    const torch::Tensor halves = torch::tensor({{0.0F, 0.0F, 2.0F, 1.0F}, {0.0F, 0.0F, 1.0F, 1.0F}});
    EXPECT_EQ(listed(nms(halves, torch::ones({2}), 0.5)), (Indices{0, 1}));
    EXPECT_EQ(listed(nms(halves, torch::ones({2}), 0.49)), (Indices{0}));
}

TEST(Nms, boxes_of_two_classes_do_not_meet) {
    const torch::Tensor scores = torch::tensor({0.5F, 0.9F, 0.8F, 0.7F, 0.1F});
    EXPECT_EQ(listed(batched_nms(crowd(), scores, torch::tensor({7, 3, 7, 3, 3}), 0.5)), (Indices{1, 2, 3, 4}));
    EXPECT_EQ(listed(batched_nms(crowd(), scores, torch::tensor({7, 7, 7, 7, 7}), 0.5)), (Indices{1, 3, 4}));
    EXPECT_EQ(listed(batched_nms(torch::zeros({0, 4}), torch::zeros({0}), torch::zeros({0}, torch::kLong), 0.5)),
              Indices{});
}

// Above a thousand boxes the groups are taken one by one; up to that all at once.
TEST(Nms, many_boxes_are_thinned_out_as_few_are) {
    torch::manual_seed(4);
    const torch::Tensor corners = torch::randint(0, 200, {900, 2}).to(torch::kFloat);
    const torch::Tensor boxes = torch::cat({corners, corners + torch::randint(8, 64, {900, 2})}, 1);
    const torch::Tensor scores = torch::rand({900}), groups = torch::randint(0, 5, {900});
    // The same boxes, and further ones that nothing overlaps.
    const torch::Tensor steps = torch::arange(600).unsqueeze(1) * 20 + 1000;
    const torch::Tensor apart = torch::cat({steps, steps, steps + 10, steps + 10}, 1).to(torch::kFloat);
    const torch::Tensor few = batched_nms(boxes, scores, groups, 0.4);
    const torch::Tensor many = batched_nms(torch::cat({boxes, apart}), torch::cat({scores, torch::full({600}, -1.0F)}),
                                           torch::cat({groups, torch::zeros({600}, torch::kLong)}), 0.4);
    EXPECT_GT(few.size(0), 100);
    EXPECT_LT(few.size(0), 800);
    EXPECT_TRUE(many.slice(0, 0, few.size(0)).equal(few));
    EXPECT_EQ(many.size(0), few.size(0) + 600);
}

TEST(Nms, soft_suppression_lowers_the_scores_of_what_overlaps) {
    const torch::Tensor scores = torch::tensor({0.5F, 0.9F, 0.8F, 0.7F, 0.1F}), one = torch::zeros({5}, torch::kLong);
    const Kept linear = soft_nms(crowd(), scores, one, {.iou = 0.5, .least_score = 0.05});
    // Box 1 fades 2 and 0 by their overlap of 9/11 with it; then box 2, of which 0 overlaps 8/12, comes before 0.
    EXPECT_EQ(listed(linear.indices), (Indices{1, 3, 2, 4}));
    EXPECT_TRUE(torch::allclose(linear.scores, torch::tensor({0.9F, 0.7F, 0.8F * (1 - 9.0F / 11), 0.1F})));
    const Kept gaussian = soft_nms(crowd(), scores, one, {.gaussian = true, .sigma = 0.5, .least_score = 0});
    EXPECT_EQ(gaussian.indices.size(0), 5);
    EXPECT_FLOAT_EQ(gaussian.scores[1].item<float>(), 0.7F * std::exp(-(1.0F / 3) * (1.0F / 3) / 0.5F));
    const Kept apart = soft_nms(crowd(), scores, torch::arange(5), {});
    EXPECT_TRUE(apart.scores.equal(torch::tensor({0.9F, 0.8F, 0.7F, 0.5F, 0.1F})));
}

RowObjects found() {
    return {.boxes = crowd(),
            .labels = torch::tensor({7, 3, 7, 3, 3}),
            .scores = torch::tensor({0.5F, 0.9F, 0.8F, 0.7F, 0.1F}),
            .masks = {}};
}

TEST(Selection, hands_on_what_its_settings_say) {
    const auto labels = [](const Json& nms, std::int64_t most) {
        Selection selection{.max_det = most};
        selection.nms = *NmsSettings::make(nms, "head.nms", 0.5);
        return listed(selection(found()).labels);
    };
    EXPECT_EQ(labels(Json::object(), 9), (Indices{3, 7, 3, 3}));
    EXPECT_EQ(labels({{"type", "agnostic"}}, 9), (Indices{3, 3, 3}));
    EXPECT_EQ(labels({{"type", "none"}}, 9), (Indices{3, 7, 3, 7, 3}));
    EXPECT_EQ(labels({{"type", "none"}}, 2), (Indices{3, 7}));
    EXPECT_EQ(labels({{"type", "soft"}, {"decay", "gaussian"}}, 9), (Indices{3, 7, 3, 7, 3}));
}

TEST(Selection, names_every_fault_of_its_settings) {
    const std::string text =
        to_string(NmsSettings::make({{"type", "hard"}, {"iou_thres", 2}, {"iuo", 1}}, "head.nms", 0.5).error());
    EXPECT_THAT(text, HasSubstr("head.nms.type: no way of suppression has this name, found hard (allowed: a text, one "
                                "of class, agnostic, soft, none)"));
    EXPECT_THAT(text, HasSubstr("head.nms.iou_thres"));
    EXPECT_THAT(text, HasSubstr("has no parameter 'iuo'"));
}

}  // namespace
}  // namespace goetia
