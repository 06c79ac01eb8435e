#include "learn/loop/log_lines.h"

#include <limits>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(LogLines, AStepSaysWhereItIsAndHowItDoes) {
    EXPECT_EQ(log_line({.epoch = 52,
                        .epochs = 100,
                        .batch = 256,
                        .batches = 500,
                        .loss = 0.23104,
                        .learning_rate = 0.00052,
                        .means = {{"train/accuracy_top1", 0.8931}, {"train/loss", 0.245}}}),
              "Epoch 52/100, Batch 256/500, Loss: 0.231, accuracy_top1: 0.8931, LR: 0.00052");
}

TEST(LogLines, AnEpochHasAllOfItsMetrics) {
    EXPECT_EQ(
        log_line_of_epoch(3, 3, 99.14, {{"train/loss", 1.5}, {"val/loss", std::numeric_limits<double>::quiet_NaN()}}),
        "Epoch 3/3 took 99.1 s, train/loss: 1.5, val/loss: nan");
}

}  // namespace
}  // namespace goetia
