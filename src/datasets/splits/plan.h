// The split plan of the `dataset.split` section: how a set without splits is divided.
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
    std::int64_t fold = 0;  // the one used for validation
    bool by_subject = false;
    bool stratify = true;
    int bins = 10;  // of the first target, used as strata for regression
};

Schema split_plan_schema();

// Reports all faults of the section at once, with paths below `path`.
Result<SplitPlan> split_plan(const Json& section, const std::string& path);

// The split of each image. Fails if that is impossible: images without subject, a split that would be empty.
Result<std::vector<Split>> divide(const AnnotatedSet& set, const SplitPlan& plan);

// The stratum of each image: its class; the rarest class of its objects; the bin of its first target. -1 if there is
// none.
std::vector<std::int64_t> strata_of(const AnnotatedSet& set, int bins);

}  // namespace goetia
