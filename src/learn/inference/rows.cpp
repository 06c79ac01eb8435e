#include "learn/inference/rows.h"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "metrics/coco_match.h"

namespace goetia {
namespace {

constexpr std::uint8_t kIgnored = 255;
constexpr double kSameObject = 0.5;  // IoU

std::array<double, 4> corner_and_size(const Box& box) { return {box.x1, box.y1, box.width(), box.height()}; }

// The surest first, each takes the truth of its class that it overlaps most.
double wrong_objects(const std::vector<FoundObject>& found, const std::vector<Instance>& truth, double least_score) {
    std::vector<bool> taken(truth.size());
    std::vector<const FoundObject*> surest;
    for (const FoundObject& one : found) {
        if (one.score >= least_score) surest.push_back(&one);
    }
    std::stable_sort(surest.begin(), surest.end(), [](const auto* a, const auto* b) { return a->score > b->score; });
    double wrong = 0;
    for (const FoundObject* one : surest) {
        std::size_t best = truth.size();
        double overlap = kSameObject;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            if (truth[i].label != one->label || (taken[i] && !truth[i].crowd)) continue;
            const double iou = coco_overlap(corner_and_size(one->box), corner_and_size(truth[i].box), truth[i].crowd);
            if (iou >= overlap) overlap = iou, best = i;
        }
        if (best == truth.size()) ++wrong;
        else taken[best] = true;
    }
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (!taken[i] && !truth[i].crowd && !truth[i].difficult) ++wrong;
    }
    return wrong;
}

double wrong_pixels(const Image& found, std::span<const std::uint8_t> truth) {
    double wrong = 0, all = 0;
    for (std::size_t i = 0; i < std::min(found.pixels.size(), truth.size()); ++i) {
        if (truth[i] == kIgnored) continue;
        ++all;
        if (found.pixels[i] != truth[i]) ++wrong;
    }
    return all > 0 ? wrong / all : 0;
}

Instance instance_of(const FoundObject& object) {
    Instance instance;
    instance.box = object.box, instance.label = object.label, instance.mask = object.mask;
    instance.score = object.score;
    return instance;
}

std::span<const float> of_row(const ClassScores& found, std::size_t row) {
    const auto classes = static_cast<std::size_t>(found.classes);
    return std::span(found.scores).subspan(row * classes, classes);
}

struct Show {
    Sample& sample;
    std::size_t row;
    double least_score;

    void operator()(const ClassScores& found) const {
        const std::vector<double> all = probabilities(found, row);
        sample.label = std::max_element(all.begin(), all.end()) - all.begin();
    }
    void operator()(const FoundObjects& found) const {
        for (const FoundObject& object : found.rows[row]) {
            if (object.score >= least_score) sample.instances.push_back(instance_of(object));
        }
    }
    void operator()(const ClassMaps& found) const { sample.mask = found.rows[row]; }
    void operator()(const TargetValues& found) const {
        const auto first = found.values.begin() + static_cast<std::ptrdiff_t>(row) * found.targets;
        sample.values.assign(first, first + found.targets);
    }
    void operator()(const Memberships& found) const {
        for (const double one : of_row(found.probabilities, row)) sample.values.push_back(one);
    }
};

std::string name_of(std::int64_t label, const std::vector<std::string>& classes) {
    const auto place = static_cast<std::size_t>(label);
    return place < classes.size() ? classes[place] : fmt::format("class {}", label);
}

struct Describe {
    std::size_t row;
    const std::vector<std::string>& classes;
    double least_score;

    std::string operator()(const ClassScores& found) const {
        const std::vector<double> all = probabilities(found, row);
        const auto first = std::max_element(all.begin(), all.end());
        return fmt::format("{} ({:.3f})", name_of(first - all.begin(), classes), *first);
    }
    std::string operator()(const FoundObjects& found) const {
        std::vector<std::string> names;
        for (const FoundObject& one : found.rows[row]) {
            if (one.score >= least_score)
                names.push_back(fmt::format("{} {:.2f}", name_of(one.label, classes), one.score));
        }
        if (names.empty()) return fmt::format("no object with a score of at least {}", least_score);
        return fmt::format("{} {}: {}", names.size(), names.size() == 1 ? "object" : "objects", fmt::join(names, ", "));
    }
    std::string operator()(const ClassMaps& found) const {
        std::array<double, 256> pixels{};
        for (const std::uint8_t label : found.rows[row].pixels) ++pixels[label];
        std::vector<std::string> shares;
        for (std::size_t label = 0; label < classes.size(); ++label) {
            const double share = pixels[label] / static_cast<double>(found.rows[row].pixels.size());
            if (share > 0) shares.push_back(fmt::format("{:.1f}% {}", 100 * share, classes[label]));
        }
        return fmt::format("{}", fmt::join(shares, ", "));
    }
    std::string operator()(const TargetValues& found) const {
        const auto first = found.values.begin() + static_cast<std::ptrdiff_t>(row) * found.targets;
        return fmt::format("{:.6g}", fmt::join(first, first + found.targets, ", "));
    }
    std::string operator()(const Memberships& found) const {
        std::vector<std::string> names;
        const std::span<const float> all = of_row(found.probabilities, row);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i] >= 0.5F)
                names.push_back(fmt::format("{} {:.2f}", name_of(static_cast<std::int64_t>(i), classes), all[i]));
        }
        return names.empty() ? "of no class" : fmt::format("{}", fmt::join(names, ", "));
    }
};

struct Compare {
    const Truth& truth;
    std::size_t row;
    double least_score;

    double operator()(const ClassScores& found) const {
        const std::int64_t label = truth.labels[row];
        if (label < 0 || label >= found.classes) return 0;
        const std::vector<double> all = probabilities(found, row);
        const bool is_right = std::max_element(all.begin(), all.end()) - all.begin() == label;
        return is_right ? 0 : 1 - all[static_cast<std::size_t>(label)];
    }
    double operator()(const FoundObjects& found) const {
        return wrong_objects(found.rows[row], truth.objects[row], least_score);
    }
    double operator()(const ClassMaps& found) const {
        if (row < truth.class_maps.size()) return wrong_pixels(found.rows[row], truth.class_maps[row].pixels);
        const std::size_t area = found.rows[row].pixels.size();
        return wrong_pixels(found.rows[row], std::span(truth.masks).subspan(row * area, area));
    }
    double operator()(const TargetValues& found) const {
        double sum = 0;
        const std::size_t first = row * static_cast<std::size_t>(found.targets);
        for (std::size_t i = first; i < first + static_cast<std::size_t>(found.targets); ++i)
            sum += std::abs(found.values[i] - truth.values[i]);
        return sum / static_cast<double>(found.targets);
    }
    double operator()(const Memberships& found) const {
        const std::span<const float> all = of_row(found.probabilities, row);
        double sum = 0;
        for (std::size_t i = 0; i < all.size(); ++i) sum += std::abs(all[i] - truth.values[row * all.size() + i]);
        return sum / static_cast<double>(all.size());
    }
};

}  // namespace

std::vector<double> probabilities(const ClassScores& found, std::size_t row) {
    const std::span<const float> scores = of_row(found, row);
    const double most = *std::max_element(scores.begin(), scores.end());
    std::vector<double> all;
    double sum = 0;
    for (const float score : scores) all.push_back(std::exp(score - most)), sum += all.back();
    for (double& one : all) one /= sum;
    return all;
}

Sample with_found(Sample loaded, const Predictions& found, std::size_t row, double least_score) {
    loaded.label = -1, loaded.instances.clear(), loaded.values.clear(), loaded.mask = {};
    std::visit(Show{loaded, row, least_score}, found);
    return loaded;
}

std::array<Sample, 2> truth_and_found(Sample truth, Sample found) {
    truth.name = "truth: " + std::filesystem::path(truth.name).filename().native();
    found.name = "found: " + std::filesystem::path(found.name).filename().native();
    return {std::move(truth), std::move(found)};
}

std::string described(const Predictions& found, std::size_t row, const std::vector<std::string>& classes,
                      double least_score) {
    return std::visit(Describe{row, classes, least_score}, found);
}

double wrongness(const Predictions& found, const Truth& truth, std::size_t row, double least_score) {
    return std::visit(Compare{truth, row, least_score}, found);
}

}  // namespace goetia
