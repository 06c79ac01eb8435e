// What a document's `dataset.split` asks for: how a set that gives no splits of its own is divided.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "component/schema.h"
#include "datasets/annotated_set.h"

namespace goetia {

enum class SplitKind { kRandom, kStratified, kSubject, kFolds };

std::string_view split_kind_name(SplitKind kind);  // "kfold"

struct SplitPlan {
    SplitKind kind = SplitKind::kRandom;
    std::array<double, 3> shares{0.8, 0.2, 0};  // of train, val and test
    std::uint64_t seed = 42;
    std::int64_t folds = 5;
    std::int64_t fold = 0;  // the one to check with
    bool by_subject = false;
    bool stratify = true;
    int bins = 10;  // of the first target, as strata of a regression
};

Schema split_plan_schema();

// Every fault of the section at once, its paths below `path`.
Result<SplitPlan> split_plan(const Json& section, const std::string& path);

// The split of each image. Refuses what cannot be divided so: images without subject, a split that would be empty.
Result<std::vector<Split>> divide(const AnnotatedSet& set, const SplitPlan& plan);

// What images are balanced by: the class; the rarest class of the objects; the bin of the first target. -1 where there
// is none.
std::vector<std::int64_t> strata_of(const AnnotatedSet& set, int bins);

}  // namespace goetia
