#include "learn/features.h"

#include <gmock/gmock.h>

#include "config/experiment_schema.h"

namespace goetia {
namespace {

// What a run refuses or skips hangs on this list: a line more is a promise, a line less breaks experiment files.
TEST(Features, are_exactly_these) {
    EXPECT_THAT(available_features(),
                testing::ElementsAre("model.pretrained", "optimizer.layer_decay", "training.distributed.gloo",
                                     "training.early_stopping", "training.ema", "training.gradient_clip",
                                     "training.mixed_precision", "visualization.confusion_matrix",
                                     "visualization.pr_curve", "visualization.predictions", "visualization.roc_curve"));
}

TEST(Features, are_sections_that_a_configuration_can_enable) {
    EXPECT_THAT(available_features(), testing::IsSubsetOf(feature_names()));
}

}  // namespace
}  // namespace goetia
