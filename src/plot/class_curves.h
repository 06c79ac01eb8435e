// Which of many class curves to plot, and their mean, as pure functions.
#pragma once

#include <cstddef>
#include <vector>

#include "plot/plot.h"

namespace goetia {

// Indices of the defined curves to show, best first: all up to `limit`, else the best and the worst `limit` / 2.
std::vector<std::size_t> chosen_curves(const std::vector<ClassCurve>& curves, std::size_t limit = 10);

// The mean of y at 201 points from 0 to 1. PR: of the best precision at that recall or more; ROC: of the linearly
// interpolated rate.
ClassCurve mean_pr_curve(const std::vector<ClassCurve>& curves);
ClassCurve mean_roc_curve(const std::vector<ClassCurve>& curves);

// Drops points that make no visible difference.
ClassCurve thinned(const ClassCurve& curve);

}  // namespace goetia
