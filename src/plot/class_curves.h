// Which of many classes a picture of curves shows, and their mean, as pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "plot/plot.h"

namespace goetia {

// Places of the defined curves to show, best first: all up to `most`, else the best and the worst half of that.
std::vector<std::size_t> chosen_curves(const std::vector<ClassCurve>& curves, std::size_t most = 10);

// The mean of y at 201 places from 0 to 1. PR: of the best precision at that recall or more; ROC: of the rate there,
// straight between two points.
ClassCurve mean_pr_curve(const std::vector<ClassCurve>& curves);
ClassCurve mean_roc_curve(const std::vector<ClassCurve>& curves);

// Leaves out points that no eye would miss.
ClassCurve thinned(const ClassCurve& curve);

}  // namespace goetia
