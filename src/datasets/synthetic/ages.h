// A seeded regression set: faces of persons at several ages, whose age is to be told.
#pragma once

#include "datasets/synthetic/shapes.h"

namespace goetia {

// Makes images/000001.jpg ... and train.csv, val.csv with the columns image, age, subject. Each subject has two to six
// pictures within twelve years of life, all of them in one split; about every fifth subject is val. plan.classes is not
// used.
Result<ShapesMade> make_ages(const ShapesPlan& plan, const std::filesystem::path& output,
                             const std::function<void(std::int64_t done, std::int64_t all)>& told = {},
                             const StopToken& stop = {});

}  // namespace goetia
