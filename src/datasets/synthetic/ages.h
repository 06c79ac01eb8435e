// A reproducible regression set: faces of people at several ages; the age is the target.
#pragma once

#include "datasets/synthetic/shapes.h"

namespace goetia {

// Writes images/000001.jpg ... and train.csv, val.csv with the columns image, age, subject. Each subject has two to six
// images within twelve years of life, all in one split; about every fifth subject is in val. plan.classes is not used.
Result<SplitSizes> make_ages(const ShapesPlan& plan, const std::filesystem::path& output,
                             const std::function<void(std::int64_t done, std::int64_t all)>& on_progress = {},
                             const StopToken& stop = {});

}  // namespace goetia
