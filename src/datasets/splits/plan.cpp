#include "datasets/splits/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/json_text.h"
#include "datasets/splits/assign.h"

namespace goetia {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"random", "stratified", "subject", "kfold"};

void check_ratios(const Json& ratios, const std::string& path, std::vector<Fault>& faults) {
    const auto fault = [&](std::string message, std::string allowed) {
        faults.push_back({.path = path + ".ratios",
                          .message = std::move(message),
                          .found = json_text(ratios),
                          .allowed = std::move(allowed)});
    };
    if (!ratios.is_array()) {
        if (const double share = ratios.get<double>(); share <= 0 || share >= 1)
            fault("a single number is the training share", "above 0 and below 1");
        return;
    }
    double sum = 0;
    for (const Json& one : ratios) sum += one.get<double>();
    if (ratios.size() < 2 || ratios.size() > 3)
        fault("shares of train, val and optionally test are needed", "2 or 3 numbers");
    else if (std::abs(sum - 1) > 1e-6) fault("the shares must add up to 1", "sum 1");
    else if (ratios[0].get<double>() <= 0) fault("the training share must not be 0", "above 0");
}

std::array<double, 3> shares_of(const Json& ratios) {
    if (!ratios.is_array()) return {ratios.get<double>(), 1 - ratios.get<double>(), 0};
    std::array<double, 3> shares{};
    for (std::size_t i = 0; i < ratios.size(); ++i) shares.at(i) = ratios[i].get<double>();
    return shares;
}

// Bins of equal size by first target; images without one are a separate stratum.
std::vector<std::int64_t> target_bins(const AnnotatedSet& set, int bins) {
    std::vector<std::int64_t> strata(set.images.size(), -1);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        if (!set.images[i].values.empty()) order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return set.images[i].values[0]; });
    for (std::size_t rank = 0; rank < order.size(); ++rank)
        strata[order[rank]] = static_cast<std::int64_t>(rank * static_cast<std::size_t>(bins) / order.size());
    // Equal values stay together.
    for (std::size_t rank = 1; rank < order.size(); ++rank) {
        if (set.images[order[rank]].values[0] == set.images[order[rank - 1]].values[0])
            strata[order[rank]] = strata[order[rank - 1]];
    }
    return strata;
}

std::vector<std::int64_t> rarest_classes(const AnnotatedSet& set) {
    std::vector<std::int64_t> counts(set.classes.size(), 0);
    const auto known = [&](std::int64_t label) {
        return label >= 0 && label < static_cast<std::int64_t>(counts.size());
    };
    for (const AnnotatedImage& image : set.images) {
        for (const std::int64_t label : labels_of(set, image)) {
            if (known(label)) ++counts[static_cast<std::size_t>(label)];
        }
    }
    std::vector<std::int64_t> strata;
    strata.reserve(set.images.size());
    for (const AnnotatedImage& image : set.images) {
        std::int64_t rarest = -1;
        for (const std::int64_t label : labels_of(set, image)) {
            if (known(label) &&
                (rarest < 0 || counts[static_cast<std::size_t>(label)] < counts[static_cast<std::size_t>(rarest)]))
                rarest = label;
        }
        strata.push_back(rarest);
    }
    return strata;
}

Result<std::vector<std::int64_t>> subjects_of(const AnnotatedSet& set) {
    std::map<std::string, std::int64_t> numbers;
    std::vector<std::int64_t> subjects;
    std::size_t unknown = 0;
    const AnnotatedImage* first = nullptr;
    for (const AnnotatedImage& image : set.images) {
        if (image.subject.empty()) {
            if (unknown++ == 0) first = &image;
        }
        subjects.push_back(numbers.emplace(image.subject, numbers.size()).first->second);
    }
    if (first != nullptr)
        return invalid(
            "{} of {} images have no subject, the first is '{}'; set their subjects (a table's "
            "subject_column), or use split type random or stratified",
            unknown, set.images.size(), first->name);
    return subjects;
}

// Each part with a share must not be empty.
Status check_parts(const std::vector<std::size_t>& parts, const std::vector<double>& shares, const SplitPlan& plan,
                   const AnnotatedSet& set) {
    std::vector<std::size_t> counts(shares.size(), 0);
    for (const std::size_t part : parts) ++counts[part];
    for (std::size_t p = 0; p < shares.size(); ++p) {
        if (shares[p] <= 0 || counts[p] > 0) continue;
        const std::string what = plan.kind == SplitKind::kFolds
                                     ? fmt::format("fold {} of {}", p, plan.folds)
                                     : fmt::format("the {} split", split_name(static_cast<Split>(p)));
        return invalid("{} would be empty: there are only {} images{}; use fewer parts, or larger shares", what,
                       set.images.size(),
                       plan.kind == SplitKind::kSubject || plan.by_subject ? " of few subjects" : "");
    }
    return {};
}

}  // namespace

std::string_view split_kind_name(SplitKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Schema split_plan_schema() {
    return Schema("a split", "How a set without splits is divided into train, val and test")
        .with(text("type",
                   "random; stratified: each class by the shares; subject: all images of a subject in one split; "
                   "kfold: one of several equal folds for validation, the others for training")
                  .one_of({"random", "stratified", "subject", "kfold"}))
        .with(numbers("ratios",
                      "The shares of train, val and test; a single number is the training share, the rest is val")
                  .between(0, 1)
                  .or_scalar()
                  .fallback({0.8, 0.2}))
        .with(integer("seed", "The same seed gives the same split").at_least(0).fallback(42))
        .with(integer("folds", "Number of folds, for kfold").at_least(2).fallback(5))
        .with(integer("fold", "The validation fold, from 0, for kfold").at_least(0).fallback(0))
        .with(boolean("by_subject", "For kfold: all images of a subject in one fold").fallback(false))
        .with(boolean("stratify", "For subject and kfold: balance the classes too, as far as possible").fallback(true))
        .with(integer("bins", "Number of equally large bins of the first target, to balance a regression")
                  .between(1, 1000)
                  .fallback(10));
}

Result<SplitPlan> split_plan(const Json& section, const std::string& path) {
    Error error = invalid("'{}' cannot be used as it stands", path);
    Json checked = section;
    if (!section.contains("type"))
        error.faults.push_back({.path = path + ".type",
                                .message = "is needed",
                                .found = "nothing",
                                .allowed = "random, stratified, subject, kfold"});
    else {
        // Schema::check() takes "type" for a component's name; here it is a parameter.
        const Json& type = section["type"];
        if (!type.is_string() || std::ranges::find(kKinds, type.get<std::string>()) == kKinds.end())
            error.faults.push_back({.path = path + ".type",
                                    .message = "there is no such split",
                                    .found = json_text(type),
                                    .allowed = "random, stratified, subject, kfold"});
    }
    for (Fault& fault : split_plan_schema().check(section, path)) {
        if (fault.path != path + ".type" && fault.path != path) error.faults.push_back(std::move(fault));
    }
    if (error.faults.empty()) {
        checked = split_plan_schema().complete(section);
        check_ratios(checked["ratios"], path, error.faults);
        if (checked["fold"].get<std::int64_t>() >= checked["folds"].get<std::int64_t>())
            error.faults.push_back({.path = path + ".fold",
                                    .message = "there is no such fold",
                                    .found = json_text(checked["fold"]),
                                    .allowed = fmt::format("0 to {}", checked["folds"].get<std::int64_t>() - 1)});
    }
    if (!error.faults.empty()) return error;
    SplitPlan plan;
    plan.kind = static_cast<SplitKind>(std::ranges::find(kKinds, section["type"].get<std::string>()) - kKinds.begin());
    plan.shares = shares_of(checked["ratios"]);
    plan.seed = checked["seed"].get<std::uint64_t>();
    plan.folds = checked["folds"].get<std::int64_t>();
    plan.fold = checked["fold"].get<std::int64_t>();
    plan.by_subject = checked["by_subject"].get<bool>();
    plan.stratify = checked["stratify"].get<bool>();
    plan.bins = checked["bins"].get<int>();
    return plan;
}

std::vector<std::int64_t> strata_of(const AnnotatedSet& set, int bins) {
    return set.task == Task::kRegression ? target_bins(set, bins) : rarest_classes(set);
}

Result<std::vector<Split>> divide(const AnnotatedSet& set, const SplitPlan& plan) {
    const bool folds = plan.kind == SplitKind::kFolds;
    const bool by_subject = plan.kind == SplitKind::kSubject || (folds && plan.by_subject);
    const bool balanced = plan.kind == SplitKind::kStratified || (plan.kind != SplitKind::kRandom && plan.stratify);
    if (plan.kind == SplitKind::kStratified && set.task == Task::kSemantic)
        return make_error(Code::kUnsupported,
                          "the classes of a semantic set are in its masks, which a split does not open; use split type "
                          "random or subject");
    if (folds && plan.folds > std::ssize(set.images))
        return invalid("{} images cannot be divided into {} folds; use fewer", set.images.size(), plan.folds);
    Division division;
    division.seed = plan.seed;
    division.first_covers_all = !folds;
    if (folds) division.shares.assign(static_cast<std::size_t>(plan.folds), 1.0 / static_cast<double>(plan.folds));
    else division.shares.assign(plan.shares.begin(), plan.shares.end());
    std::vector<std::int64_t> strata(set.images.size(), 0);
    if (balanced) strata = strata_of(set, plan.bins);
    std::vector<std::size_t> parts;
    if (by_subject) {
        GOETIA_ASSIGN(const std::vector<std::int64_t> subjects, subjects_of(set));
        parts = assign_subjects(strata, subjects, division);
    } else {
        parts = balanced ? assign_stratified(strata, division) : assign_random(set.images.size(), division);
    }
    GOETIA_TRY(check_parts(parts, division.shares, plan, set));
    std::vector<Split> splits;
    splits.reserve(parts.size());
    for (const std::size_t part : parts) {
        const bool is_validation = folds && part == static_cast<std::size_t>(plan.fold);
        splits.push_back(folds ? (is_validation ? Split::kVal : Split::kTrain) : static_cast<Split>(part));
    }
    return splits;
}

}  // namespace goetia
