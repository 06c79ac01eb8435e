#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/json.h"
#include "learn/components.h"
#include "learn/tasks/objects.h"
#include "learn/yolo/yolo_loss.h"
#include "learn/yolo/yolo_masks.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const Components& components() {
    static const auto known = builtin_components().value();
    return *known;
}

BuildContext context() { return {components(), lone_rank()}; }

Json narrow(const std::string& head, const std::string& type = "ObjectDetector") {
    return {{"type", type},
            {"backbone", {{"type", "YoloBackbone"}, {"version", head == "YoloDualHead" ? 10 : 8}, {"width", 0.125}}},
            {"neck", {{"type", "YoloPan"}, {"version", head == "YoloDualHead" ? 10 : 8}}},
            {"head", {{"type", head}, {"num_classes", 3}}}};
}

std::shared_ptr<Model> model_of(const Json& section) {
    torch::manual_seed(1);
    return components().models.make(section, "model", context()).value();
}

// Rows without padding.
std::vector<Frame> frames_of(const torch::Tensor& images) {
    const auto height = static_cast<int>(images.size(2)), width = static_cast<int>(images.size(3));
    return std::vector<Frame>(static_cast<std::size_t>(images.size(0)), Frame{.sample = 0,
                                                                              .width = width,
                                                                              .height = height,
                                                                              .to_original = {},
                                                                              .row_width = width,
                                                                              .row_height = height});
}

std::string why_not(const std::string& kind, const Json& section) {
    if (kind == "backbone") return to_string(components().backbones.make(section, kind, context()).error());
    if (kind == "neck") return to_string(components().necks.make(section, kind, context()).error());
    return to_string(components().models.make(section, kind, context()).error());
}

TEST(YoloBackbone, refuses_images_that_do_not_divide_and_names_the_next_size) {
    const auto model = model_of(narrow("YoloHead"));
    try {
        (void)model->forward(torch::zeros({1, 3, 100, 96}));
        FAIL() << "it took them";
    } catch (const c10::Error& error) {
        EXPECT_THAT(error.what_without_backtrace(),
                    HasSubstr("images must be multiples of 32 high and wide; found 100x96 (height x width); resize or "
                              "pad them to [128, 96] in every pipeline"));
    }
}

TEST(YoloBackbone, refuses_what_no_table_has) {
    EXPECT_THAT(why_not("backbone", {{"type", "YoloBackbone"}, {"size", "b"}}),
                HasSubstr("YOLOv8 has no size 'b'; allowed: l, m, n, s, x"));
    EXPECT_THAT(why_not("backbone", {{"type", "YoloBackbone"}, {"version", 9}}),
                HasSubstr("'version' is 9; allowed: 8 or 10"));
    EXPECT_THAT(why_not("backbone", {{"type", "YoloBackbone"}, {"width", 0.125}, {"norm_cfg", {{"type", "GN"}}}}),
                HasSubstr("'norm_cfg.num_groups' is 32, but 8 channels do not divide into as many groups"));
    EXPECT_THAT(why_not("neck", {{"type", "YoloPan"}}), HasSubstr("in_channels is missing"));
}

TEST(YoloBackbone, takes_other_blocks_and_the_papers_norm_unless_told) {
    const auto backbone =
        components()
            .backbones
            .make({{"type", "YoloBackbone"}, {"width", 0.125}, {"blocks", {"c2f", "c2f", "c2f_cib", "c2f_cib_large"}}},
                  "backbone", context())
            .value();
    EXPECT_THAT(backbone->channels(), ElementsAre(32, 64, 128));
    EXPECT_TRUE(backbone->named_parameters().contains("6.m.0.cv1.2.conv.weight"));
    EXPECT_TRUE(backbone->named_parameters().contains("8.m.0.cv1.2.conv1.conv.weight"));
    EXPECT_EQ(backbone->layers(), 10);
    EXPECT_EQ(backbone->layer_of("8.m.0.cv1.2.conv1.conv.weight"), 8);
    // The running mean moves by the momentum of 0.03.
    const torch::Tensor images = torch::rand({2, 3, 32, 32});
    (void)backbone->forward(images);
    const torch::NoGradGuard no_gradients;
    const torch::Tensor maps = torch::conv2d(images, backbone->named_parameters()["0.conv.weight"], {}, 2, 1);
    EXPECT_TRUE(torch::allclose(backbone->named_buffers()["0.bn.running_mean"], 0.03 * maps.mean({0, 2, 3}), 1e-4));
}

// Three places side by side in a row of 24x8 pixels, two classes.
struct ThreePlaces {
    ThreePlaces() {
        places.boxes = torch::tensor({{0., 0., 8., 8.}, {8., 0., 16., 8.}, {16., 0., 24., 8.}}, torch::kFloat32);
        places.strides = torch::full({3}, 8.0);
        places.counts = {3};
    }
    [[nodiscard]] Assignment assign(std::int64_t topk, const torch::Tensor& boxes, const torch::Tensor& scores,
                                    const torch::Tensor& found) const {
        const auto assigner = components().assigners.make(task_aligned_section(topk), "assigner").value();
        ObjectTargets objects{boxes, torch::arange(boxes.size(0)).remainder(2), {}};
        return assigner->assign({.places = places, .objects = objects, .scores = scores, .boxes = found});
    }
    Places places;
};

std::vector<std::int64_t> whole(const torch::Tensor& tensor) {
    return {tensor.const_data_ptr<std::int64_t>(), tensor.const_data_ptr<std::int64_t>() + tensor.numel()};
}

TEST(TaskAlignedAssigner, chooses_the_best_aligned_places_whose_middle_is_inside) {
    const ThreePlaces three;
    const torch::Tensor object = torch::tensor({{0.F, 0.F, 16.F, 8.F}});
    const torch::Tensor scores = torch::tensor({{0.25F, 0.F}, {1.F, 0.F}, {1.F, 0.F}});
    // The first place tells the box exactly, the second half of it; the third would too, but lies outside.
    const torch::Tensor found = torch::tensor({{0.F, 0.F, 16.F, 8.F}, {0.F, 0.F, 16.F, 4.F}, {0.F, 0.F, 16.F, 8.F}});
    const Assignment both = three.assign(10, object, scores, found), one = three.assign(1, object, scores, found);
    EXPECT_THAT(whole(both.objects), ElementsAre(0, 0, kBackground));
    EXPECT_THAT(whole(one.objects), ElementsAre(0, kBackground, kBackground));
    // The best place has the best overlap as its weight, the other its share of the alignment.
    EXPECT_NEAR(both.weights[0].item<double>(), 1.0, 1e-6);
    EXPECT_LT(both.weights[1].item<double>(), std::pow(0.5, 6) / std::pow(0.25, 0.5));
    EXPECT_GT(both.weights[1].item<double>(), 0.0);
    EXPECT_EQ(both.weights[2].item<double>(), 0.0);
}

TEST(TaskAlignedAssigner, gives_a_place_that_two_want_to_the_one_it_overlaps_more) {
    const ThreePlaces three;
    const torch::Tensor objects = torch::tensor({{0.F, 0.F, 24.F, 8.F}, {8.F, 0.F, 16.F, 8.F}});
    const torch::Tensor found = torch::tensor({{0.F, 0.F, 24.F, 8.F}, {8.F, 0.F, 17.F, 8.F}, {0.F, 0.F, 24.F, 8.F}});
    // The class of the first object is the surer one; the overlap decides all the same.
    const torch::Tensor scores = torch::tensor({{1.F, 0.F}, {1.F, 0.01F}, {1.F, 0.F}});
    EXPECT_THAT(whole(three.assign(10, objects, scores, found).objects), ElementsAre(0, 1, 0));
}

TEST(TaskAlignedAssigner, leaves_everything_to_the_background_where_nothing_is) {
    const ThreePlaces three;
    const Assignment none = three.assign(10, torch::zeros({0, 4}), torch::ones({3, 2}), torch::ones({3, 4}));
    EXPECT_THAT(whole(none.objects), ElementsAre(kBackground, kBackground, kBackground));
    EXPECT_EQ(none.weights.sum().item<double>(), 0.0);
}

TEST(DistributionFocalLoss, is_least_where_the_two_bins_around_the_value_share_it) {
    const torch::Tensor shared = torch::log(torch::tensor({{1e-9, 0.75, 0.25, 1e-9}}));
    const double least = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
    EXPECT_NEAR(distribution_focal_loss(shared, torch::tensor({1.25})).item<double>(), least, 1e-6);
    EXPECT_GT(distribution_focal_loss(shared, torch::tensor({1.5})).item<double>(), least);
    // Values beyond the last bin are told by the last bin.
    const torch::Tensor last = torch::log(torch::tensor({{1e-9, 1e-9, 1e-9, 1.0}}));
    EXPECT_NEAR(distribution_focal_loss(last, torch::tensor({7.0})).item<double>(), 0, 1e-6);
}

TEST(YoloMasks, lie_within_their_boxes_and_cost_nothing_where_they_are_right) {
    // One prototype that is surely inside on its left half; a row of 32x32 pixels.
    torch::Tensor prototype = torch::full({1, 8, 8}, -50.0);
    prototype.slice(2, 0, 4).fill_(50);
    const torch::Tensor one = torch::ones({1, 1}), box = torch::tensor({{8.F, 0.F, 32.F, 16.F}});
    const Frame frame{.sample = 0, .width = 32, .height = 32, .to_original = {}, .row_width = 32, .row_height = 32};
    const torch::Tensor mask = masks_of(prototype, one, box, frame)[0].ge(0.5);
    // Cut to the box at the prototypes' size and then enlarged, a mask has its two free corners rounded off.
    EXPECT_EQ(mask.sum().item<std::int64_t>(), 8 * 16 - 2);
    EXPECT_TRUE(mask.slice(0, 0, 15).slice(1, 8, 16).all().item<bool>());
    torch::Tensor truth = torch::zeros({1, 32, 32}, torch::kUInt8);
    truth.slice(2, 0, 16).fill_(1);
    EXPECT_NEAR(mask_losses(prototype, one, box, truth).item<double>(), 0, 1e-6);
    EXPECT_NEAR(mask_losses(prototype, -one, box, truth).item<double>(), 50, 1e-3);
}

TEST(YoloHeads, find_no_more_than_asked_and_nothing_in_the_padding) {
    for (const std::string head : {"YoloHead", "YoloDualHead", "YoloSegHead"}) {
        const bool seg = head == "YoloSegHead";
        Json section = narrow(head, seg ? "InstanceSegmenter" : "ObjectDetector");
        section["head"].update({{"max_det", 7}, {"score_thres", 0.0}});
        const auto model = model_of(section);
        model->eval();
        const torch::NoGradGuard no_gradients;
        const torch::Tensor images = torch::rand({2, 3, 64, 64});
        std::vector<Frame> frames = frames_of(images);
        frames[1].height = 40;  // what is below is padding
        const auto found = std::get<FoundObjects>(model->predict(model->forward(images), frames));
        ASSERT_THAT(found.rows, SizeIs(2)) << head;
        for (std::size_t row = 0; row < 2; ++row) {
            EXPECT_THAT(found.rows[row], SizeIs(testing::AllOf(testing::Gt(0), testing::Le(7)))) << head;
            for (const FoundObject& object : found.rows[row]) {
                EXPECT_LE(object.box.y2, static_cast<float>(frames[row].height)) << head;
                EXPECT_GT(object.box.area(), 0) << head;
                EXPECT_EQ(object.mask.has_value(), seg) << head;
                if (seg) EXPECT_EQ(object.mask->height, frames[row].height);
            }
        }
    }
}

TEST(YoloDualHead, teaches_the_neck_by_its_branch_of_many_places_only) {
    const auto model = model_of(narrow("YoloDualHead"));
    const torch::Tensor images = torch::rand({2, 3, 64, 64});
    const Outputs outputs = model->forward(images);
    outputs[0].sum().backward();
    for (const auto& [name, tensor] : model->named_parameters())
        EXPECT_EQ(tensor.grad().defined(), name.starts_with("head.one2one.")) << name;
    outputs[2].sum().backward();
    for (const auto& [name, tensor] : model->named_parameters())
        EXPECT_EQ(tensor.grad().defined(), name != "head.dfl.conv.weight") << name;
}

TEST(YoloHeads, are_of_one_task_each) {
    EXPECT_THAT(why_not("model", narrow("YoloHead", "InstanceSegmenter")),
                HasSubstr("head 'YoloHead' is for detection, this model needs one for instance"));
    Json wrong = narrow("YoloHead");
    wrong["neck"]["in_channels"] = {1, 2, 3};
    EXPECT_THAT(why_not("model", wrong), HasSubstr("neck.in_channels"));
}

}  // namespace
}  // namespace goetia
