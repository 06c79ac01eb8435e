// Anchors, box coders, assigners and samplers. The numbers are torchvision's (0.28).
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "learn/boxes/box_math.h"
#include "learn/components.h"

namespace goetia {
namespace {

using testing::HasSubstr;

const Components& boxes_components() {
    static const std::unique_ptr<Components> all = [] {
        auto made = std::make_unique<Components>();
        EXPECT_TRUE(register_builtin_boxes(*made));
        return made;
    }();
    return *all;
}

void expect_numbers(const torch::Tensor& found, const std::vector<float>& expected, double within = 1e-5) {
    EXPECT_TRUE(torch::allclose(found.flatten(), torch::tensor(expected), 1e-6, within)) << found << "\nexpected\n"
                                                                                         << torch::tensor(expected);
}

const Grid kGrid{.maps = {{3, 4}, {2, 1}}, .row = {50, 70}};

std::shared_ptr<Anchors> anchors(const Json& config) {
    auto made = boxes_components().anchors.make(config, "anchors");
    EXPECT_TRUE(made) << to_string(made.error());
    return *made;
}

std::string fault_of_anchors(const Json& config) {
    return to_string(boxes_components().anchors.make(config, "head.anchors").error());
}

TEST(GridAnchors, equal_torchvisions) {
    const auto made = anchors({{"type", "GridAnchors"}, {"sizes", {{32, 40}, {64, 80}}}});
    const Places places = made->places(kGrid);
    EXPECT_EQ(places.counts, (std::vector<std::int64_t>{72, 12}));
    EXPECT_EQ(*made->per_cell(2), (std::vector<std::int64_t>{6, 6}));
    expect_numbers(places.boxes[0], {-23, -11, 23, 11});
    expect_numbers(places.boxes[5], {-14, -28, 14, 28} /* 40 and 2 */);
    expect_numbers(places.boxes[23], {37, -28, 65, 28});
    expect_numbers(places.boxes[83], {-28, -32, 28, 82});
    EXPECT_EQ(places.boxes.sum().item<double>(), 6276);
    EXPECT_EQ(places.strides[0].item<float>(), 17);
    EXPECT_EQ(places.strides[83].item<float>(), 70);
}

TEST(GridAnchors, say_when_they_are_for_other_maps) {
    const auto made = anchors({{"type", "GridAnchors"}, {"sizes", {{32}, {64}}}});
    EXPECT_EQ(to_string(made->per_cell(3).error()),
              "'sizes' has 2 lists, but there are 3 maps; give one list for each map");
    EXPECT_THAT(fault_of_anchors({{"type", "GridAnchors"}, {"sizes", {32, 64}}}),
                HasSubstr("sizes[0]: must be a list with a list of numbers for each map, found 32"));
}

TEST(DefaultBoxes, equal_torchvisions) {
    const Places stepped =
        anchors(
            {{"type", "DefaultBoxes"}, {"ratios", {{2}, {2, 3}}}, {"scales", {0.07, 0.15, 1.05}}, {"steps", {8, 16}}})
            ->places(kGrid);
    EXPECT_EQ(stepped.counts, (std::vector<std::int64_t>{48, 12}));
    expect_numbers(stepped.boxes[0], {1.55F, 2.25F, 6.45F, 5.75F});
    expect_numbers(stepped.boxes[3], {2.2675883770F, 1.5251262188F, 5.7324118614F, 6.4748735428F});
    expect_numbers(stepped.boxes[59], {4.9689111710F, 17.5048084259F, 11.0310897827F, 30.4951896667F});
    const Places even =
        anchors({{"type", "DefaultBoxes"}, {"ratios", {{2}, {2, 3}}}, {"min_scale", 0.2}, {"max_scale", 0.95}})
            ->places(kGrid);
    expect_numbers(even.boxes[0], {1.75F, 3.3333334923F, 15.75F, 13.3333339691F});
    expect_numbers(even.boxes[3], {3.8002521992F, 1.2622654438F, 13.6997480392F, 15.4044017792F});
    expect_numbers(even.boxes[59], {15.8031024933F, 12.5F, 54.1968955994F, 62.5F});
}

TEST(DefaultBoxes, say_which_list_has_the_wrong_length) {
    EXPECT_THAT(fault_of_anchors({{"type", "DefaultBoxes"}, {"ratios", {{2}, {2}}}, {"scales", {0.1, 0.2}}}),
                HasSubstr("'scales' has 2 entries; give 3: one for each of the 2 maps of 'ratios', and one more"));
    EXPECT_THAT(fault_of_anchors({{"type", "DefaultBoxes"}, {"ratios", {{2}, {2}}}, {"steps", {8}}}),
                HasSubstr("'steps' has 1 entries; give one for each of the 2 maps of 'ratios'"));
}

TEST(PointAnchors, are_squares_around_the_points_of_cells) {
    const Grid grid{.maps = {{2, 3}, {1, 1}}, .row = {16, 24}};
    const Places places = anchors({{"type", "PointAnchors"}})->places(grid);
    EXPECT_EQ(places.counts, (std::vector<std::int64_t>{6, 1}));
    expect_numbers(places.boxes[0], {0, 0, 8, 8});
    expect_numbers(places.boxes[5], {16, 8, 24, 16});
    expect_numbers(anchors({{"type", "PointAnchors"}, {"offset", 0}})->places(grid).boxes[1], {4, -4, 12, 4});
    const auto fixed = anchors({{"type", "PointAnchors"}, {"strides", {8, 16}}});
    expect_numbers(fixed->places(grid).strides, {8, 8, 8, 8, 8, 8, 16});
    EXPECT_THAT(to_string(fixed->per_cell(3).error()), HasSubstr("'strides' has 2 entries, but there are 3 maps"));
}

std::shared_ptr<BoxCoder> coder(const Json& config) { return *boxes_components().box_coders.make(config, "box_coder"); }

const std::vector<float> kPlace{2, 3, 8, 15};

TEST(DeltaBoxCoder, equals_torchvisions) {
    const auto made = coder({{"type", "DeltaBoxCoder"}, {"weights", {10, 10, 5, 5}}});
    const torch::Tensor place = torch::tensor(kPlace), box = torch::tensor({20.0F, 20.0F, 30.0F, 24.0F});
    const torch::Tensor codes = made->encode(box, place);
    expect_numbers(codes, {33.3333320618F, 10.8333330154F, 2.5541281700F, -5.4930615425F});
    expect_numbers(made->decode(codes, place), {20, 20, 30, 24}, 1e-4);
    // The height would grow by exp(8); it grows by 1000 / 16.
    expect_numbers(made->decode(torch::tensor({1.0F, -2.0F, 3.0F, 40.0F}), place),
                   {0.1336431503F, -368.4000244141F, 11.0663566589F, 381.6000366211F}, 1e-3);
}

TEST(DistanceBoxCoder, equals_torchvisions) {
    const auto made = coder({{"type", "DistanceBoxCoder"}});
    const torch::Tensor place = torch::tensor(kPlace);
    expect_numbers(made->encode(torch::tensor({20.0F, 20.0F, 30.0F, 24.0F}), place),
                   {-2.5F, -0.9166666865F, 4.1666665077F, 1.25F});
    expect_numbers(made->decode(torch::tensor({1.0F, 2.0F, 0.5F, 0.25F}), place), {-1, -15, 8, 12});
    expect_numbers(coder({{"type", "DistanceBoxCoder"}, {"normalize", false}})
                       ->decode(torch::tensor({1.0F, 2.0F, 3.0F, 4.0F}), place),
                   {4, 7, 8, 13});
}

Assignment assigned(const Json& config, const Places& places, const torch::Tensor& objects) {
    const ObjectTargets targets{.boxes = objects, .labels = torch::zeros({objects.size(0)}, torch::kLong), .masks = {}};
    const auto made = boxes_components().assigners.make(config, "assigner");
    EXPECT_TRUE(made) << to_string(made.error());
    return (*made)->assign({.places = places, .objects = targets, .scores = {}, .boxes = {}});
}

Places places_of(const torch::Tensor& boxes, std::vector<std::int64_t> counts = {}) {
    if (counts.empty()) counts = {boxes.size(0)};
    return {.boxes = boxes, .strides = torch::ones({boxes.size(0)}), .counts = std::move(counts)};
}

// Objects on the line from 0 to 100; a place of length n overlaps them by known shares.
TEST(MaxIoUAssigner, gives_places_their_best_object_and_objects_their_best_place) {
    const torch::Tensor objects = torch::tensor({{0.0F, 0.0F, 100.0F, 1.0F}, {200.0F, 0.0F, 300.0F, 1.0F}});
    const Places places = places_of(torch::tensor({{0.0F, 0.0F, 90.0F, 1.0F},       // 0.9 of object 0
                                                   {0.0F, 0.0F, 45.0F, 1.0F},       // 0.45
                                                   {0.0F, 0.0F, 30.0F, 1.0F},       // 0.3
                                                   {200.0F, 0.0F, 220.0F, 1.0F},    // 0.2 of object 1
                                                   {270.0F, 0.0F, 300.0F, 1.0F},    // 0.3
                                                   {200.0F, 0.0F, 230.0F, 1.0F}}))  // 0.3 too
        ;
    const auto found = [&](const char* low_quality) {
        return assigned({{"type", "MaxIoUAssigner"}, {"low_quality", low_quality}}, places, objects).objects;
    };
    EXPECT_TRUE(found("none").equal(torch::tensor({0, -2, -1, -1, -1, -1})));
    EXPECT_TRUE(found("ties").equal(torch::tensor({0, -2, -1, -1, 1, 1})));
    EXPECT_TRUE(found("best").equal(torch::tensor({0, -2, -1, -1, 1, -1})));
    EXPECT_TRUE(
        assigned({{"type", "MaxIoUAssigner"}}, places, torch::zeros({0, 4})).objects.equal(torch::full({6}, -1)));
}

TEST(MaxIoUAssigner, the_last_object_takes_a_place_that_two_overlap_most) {
    const torch::Tensor objects = torch::tensor({{0.0F, 0.0F, 10.0F, 1.0F}, {1.0F, 0.0F, 11.0F, 1.0F}});
    const Places places = places_of(torch::tensor({{0.0F, 0.0F, 10.0F, 1.0F}, {90.0F, 0.0F, 99.0F, 1.0F}}));
    const auto found = [&](const char* low_quality) {
        return assigned({{"type", "MaxIoUAssigner"}, {"low_quality", low_quality}}, places, objects).objects;
    };
    EXPECT_TRUE(found("best").equal(torch::tensor({1, -1})));
    EXPECT_TRUE(found("ties").equal(torch::tensor({0, -1})));
}

TEST(MaxIoUAssigner, refuses_thresholds_that_cross) {
    const auto made = boxes_components().assigners.make(
        {{"type", "MaxIoUAssigner"}, {"neg_iou_thres", 0.6}, {"pos_iou_thres", 0.5}}, "assigner");
    ASSERT_FALSE(made);
    EXPECT_THAT(to_string(made.error()), HasSubstr("'neg_iou_thres' is 0.6, above 'pos_iou_thres' (0.5)"));
}

TEST(FcosAssigner, takes_points_inside_near_the_centre_on_the_map_for_the_size) {
    const Grid grid{.maps = {{8, 8}, {4, 4}}, .row = {64, 64}};
    const Places places = anchors({{"type", "PointAnchors"}})->places(grid);
    // 20x20 around (20, 20) is for the first map, whose cells are 8; a box within it, drawn over a corner, is smaller.
    const torch::Tensor objects =
        torch::tensor({{10.0F, 10.0F, 30.0F, 30.0F}, {0.0F, 0.0F, 200.0F, 200.0F}, {10.0F, 10.0F, 16.0F, 16.0F}});
    const torch::Tensor found = assigned({{"type", "FcosAssigner"}}, places, objects).objects;
    const torch::Tensor first = found.slice(0, 0, 64).view({8, 8});
    EXPECT_EQ(first[2][2].item<std::int64_t>(), 0);  // (20, 20)
    EXPECT_EQ(first[1][1].item<std::int64_t>(), 2);  // (12, 12): in both, the smaller one
    EXPECT_EQ(first[3][3].item<std::int64_t>(), 0);  // (28, 28): 8 from the centre, less than 1.5 cells
    EXPECT_EQ(first.ge(0).sum().item<std::int64_t>(), 9);
    EXPECT_EQ(found.slice(0, 64).ge(0).sum().item<std::int64_t>(), 0);  // the large one's centre is outside the row
    EXPECT_TRUE(
        assigned({{"type", "FcosAssigner"}}, places, torch::zeros({0, 4})).objects.equal(torch::full({80}, -1)));
}

std::shared_ptr<BoxSampler> sampler(const Json& config) {
    return *boxes_components().box_samplers.make(config, "box_sampler");
}

TEST(RandomBoxSampler, takes_all_that_fits_without_a_draw) {
    const torch::Tensor objects = torch::tensor({-1, 3, -2, -1, 0, -1});
    torch::manual_seed(1);
    const torch::Tensor next = torch::rand({1});
    torch::manual_seed(1);
    const SampledPlaces places = sampler({{"type", "RandomBoxSampler"}, {"num", 8}})->sample(objects, {});
    EXPECT_TRUE(places.positive.equal(torch::tensor({1, 4})));
    EXPECT_TRUE(places.negative.equal(torch::tensor({0, 3, 5})));
    EXPECT_TRUE(torch::rand({1}).equal(next));
}

TEST(RandomBoxSampler, draws_by_the_generator_and_fills_up_with_negative_places) {
    const torch::Tensor objects = torch::cat({torch::zeros({50}, torch::kLong), torch::full({500}, -1)});
    const auto made = sampler({{"type", "RandomBoxSampler"}, {"num", 64}, {"pos_fraction", 0.25}});
    torch::manual_seed(3);
    const SampledPlaces places = made->sample(objects, {});
    EXPECT_EQ(places.positive.size(0), 16);
    EXPECT_EQ(places.negative.size(0), 48);
    EXPECT_TRUE(places.positive.equal(std::get<0>(places.positive.sort())));
    EXPECT_LT(places.positive.max().item<std::int64_t>(), 50);
    EXPECT_GE(places.negative.min().item<std::int64_t>(), 50);
    EXPECT_FALSE(made->sample(objects, {}).negative.equal(places.negative));
    torch::manual_seed(3);
    EXPECT_TRUE(made->sample(objects, {}).negative.equal(places.negative));
}

TEST(HardNegativeSampler, takes_the_places_of_the_highest_loss) {
    const torch::Tensor objects = torch::tensor({-1, -1, 2, -1, -2, -1}),
                        losses = torch::tensor({0.1F, 0.9F, 9.0F, 0.5F, 9.0F, 0.7F});
    const auto made = sampler({{"type", "HardNegativeSampler"}, {"neg_per_pos", 2}});
    ASSERT_TRUE(made->reads_losses());
    EXPECT_TRUE(made->sample(objects, losses).positive.equal(torch::tensor({2})));
    EXPECT_TRUE(made->sample(objects, losses).negative.equal(torch::tensor({1, 5})));
    EXPECT_EQ(made->sample(torch::full({6}, -1), losses).negative.size(0), 0);
}

}  // namespace
}  // namespace goetia
