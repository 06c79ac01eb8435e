#include <cmath>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "plot/plot.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

// It is drawn while a run trains; the run must not feel it.
TEST(PlotTiming, training_curves_of_a_long_run_take_less_than_300_ms) {
    std::vector<Series> series;
    for (const char* name :
         {"train/loss", "val/loss", "train/accuracy_top1", "val/accuracy_top1", "val/f1_macro", "train/lr"}) {
        Series line{name, {}, {}};
        for (int i = 0; i < 20'000; ++i) line.x.push_back(i), line.y.push_back(std::exp(-i / 5000.0));
        series.push_back(std::move(line));
    }
    const testkit::TemporaryFolder folder;
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
        const double begin = steady_seconds();
        ASSERT_TRUE(plot_training_curves(folder / "training_curves.png", series));
        best = std::min(best, steady_seconds() - begin);
    }
    RecordProperty("seconds", std::to_string(best));
    EXPECT_LT(best, 0.3);
}

}  // namespace
}  // namespace goetia
