// How many parameters the named models have: equal to the published tables to the last one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "config/named_model.h"
#include "learn/components.h"

namespace goetia {
namespace {

std::shared_ptr<Model> made(const std::string& name) {
    static const auto components = builtin_components().value();
    const Json section = named_model(name).value();
    return components->models.make(section, "model", BuildContext{*components, lone_rank()}).value();
}

std::int64_t counted(const Model& model, const std::function<bool(const std::string&)>& is_counted) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : model.named_parameters()) {
        if (is_counted(name)) count += tensor.numel();
    }
    return count;
}

std::int64_t all_of(const Model& model) {
    return counted(model, [](const std::string&) { return true; });
}

// What merging takes away: of each norm the scale (its shift becomes the convolution's bias), of the 3x3 convolution
// beside a 7x7 one everything.
bool survives_merging(const std::string& name) {
    return !name.ends_with("bn.weight") && name.find(".conv1.") == std::string::npos;
}

struct Published {
    std::string name;
    std::int64_t trained, merged;  // merged: for inference; 0: not published
};

class YoloCounts : public testing::TestWithParam<Published> {};

TEST_P(YoloCounts, are_the_published_ones) {
    const auto model = made(GetParam().name);
    EXPECT_EQ(all_of(*model), GetParam().trained);
    if (GetParam().merged == 0) return;
    EXPECT_EQ(
        counted(*model,
                [](const std::string& name) { return survives_merging(name) && !name.starts_with("head.one2many."); }),
        GetParam().merged);
}

INSTANTIATE_TEST_SUITE_P(V8, YoloCounts,
                         testing::Values(Published{"yolov8n", 3157200, 3151904},
                                         Published{"yolov8s", 11166560, 11156544},
                                         Published{"yolov8m", 25902640, 25886080},
                                         Published{"yolov8l", 43691520, 43668288},
                                         Published{"yolov8x", 68229648, 68200608}),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(V8Seg, YoloCounts,
                         testing::Values(Published{"yolov8n_seg", 3409968, 0}, Published{"yolov8s_seg", 11821056, 0},
                                         Published{"yolov8m_seg", 27285968, 0}, Published{"yolov8l_seg", 45997728, 0},
                                         Published{"yolov8x_seg", 71827888, 0}),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(
    V10, YoloCounts,
    testing::Values(Published{"yolov10n", 2775520, 2299264}, Published{"yolov10s", 8128272, 7248960},
                    Published{"yolov10m", 16576768, 15359488}, Published{"yolov10b", 20574384, 19065792},
                    Published{"yolov10l", 25888688, 24371008}, Published{"yolov10x", 31808960, 29473568}),
    [](const auto& info) { return info.param.name; });

TEST(YoloCounts, of_both_branches_of_yolov10_merged_is_the_published_one) {
    EXPECT_EQ(counted(*made("yolov10n"), survives_merging), 2762608);
}

}  // namespace
}  // namespace goetia
