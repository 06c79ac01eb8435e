// Assigns the series of training_curves.png to panels, as pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "plot/plot.h"

namespace goetia {

enum class PanelKind { kLoss, kAccuracy, kOther, kLearningRate };

struct Panel {
    PanelKind kind = PanelKind::kLoss;
    std::vector<Series> lines;  // named as in the legend: "train", "val top1"
};

// In drawing order; only panels with at least one value.
std::vector<Panel> panels_of(const std::vector<Series>& series);

// At most `limit` points: the means of as many equal buckets.
Series thinned(const Series& line, std::size_t limit);

}  // namespace goetia
