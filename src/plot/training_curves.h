// Which lines of training_curves.png go into which panel, as pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "plot/plot.h"

namespace goetia {

enum class PanelKind { kLoss, kAccuracy, kOther, kLearningRate };

struct Panel {
    PanelKind kind = PanelKind::kLoss;
    std::vector<Series> lines;  // named as the key shows them: "train", "val top1"
};

// In the order in which they are drawn; only panels with a number in them.
std::vector<Panel> panels_of(const std::vector<Series>& series);

// At most `most` points: the means of as many equal stretches.
Series thinned(const Series& line, std::size_t most);

}  // namespace goetia
