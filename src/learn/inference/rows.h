// What was found in one image of a batch, and how far it is from the truth.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "imaging/sample.h"
#include "imaging/truth.h"
#include "metrics/predictions.h"

namespace goetia {

// Sum to 1.
std::vector<double> probabilities(const ClassScores& found, std::size_t row);

// The sample as the model sees it: `loaded` (its image in full size) with what was found in place of its annotations;
// objects below `least_score` are left out.
Sample with_found(Sample loaded, const Predictions& found, std::size_t row, double least_score);

// Side by side on a sheet, named "truth: a.jpg" and "found: a.jpg".
std::array<Sample, 2> truth_and_found(Sample truth, Sample found);

// In one line: "cat (0.93)", "2 objects: cat 0.93, dog 0.88", "31% road, 12% car", "40.2".
std::string described(const Predictions& found, std::size_t row, const std::vector<std::string>& classes,
                      double least_score);

// How wrong it is; 0: not at all. Classification: 1 less the probability of the right class, 0 where that is the first.
// Objects: how many (of at least `least_score`) were missed, or found where there is none, at an IoU of a half.
// Maps: the share of pixels of another class. Values: the mean absolute error.
double wrongness(const Predictions& found, const Truth& truth, std::size_t row, double least_score);

}  // namespace goetia
