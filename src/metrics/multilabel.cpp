#include "metrics/multilabel.h"

#include <cmath>
#include <limits>

#include "metrics/averaged.h"
#include "metrics/curves.h"

namespace goetia {

std::vector<double> multilabel_class_precisions(const ClassScores& found, std::span<const std::uint8_t> is_class) {
    const auto width = static_cast<std::size_t>(found.classes);
    std::vector<double> precisions;
    for (std::size_t one = 0; one < width; ++one) {
        BinaryScores samples;
        for (std::size_t at = one; at < is_class.size(); at += width) {
            if (std::isnan(found.scores[at])) continue;
            samples.scores.push_back(found.scores[at]), samples.is_positive.push_back(is_class[at] != 0);
        }
        precisions.push_back(pr_curve(samples).average_precision);
    }
    return precisions;
}

double multilabel_mean_precision(const ClassScores& found, std::span<const std::uint8_t> is_class) {
    return mean_of_defined(multilabel_class_precisions(found, is_class));
}

MultilabelF1 multilabel_f1(const ClassScores& found, std::span<const std::uint8_t> is_class, double threshold) {
    std::vector<Tally> classes(static_cast<std::size_t>(found.classes));
    for (std::size_t at = 0; at < is_class.size(); ++at) {
        const bool predicted = found.scores[at] >= threshold, truth = is_class[at] != 0;
        Tally& one = classes[at % classes.size()];
        one.hits += predicted && truth ? 1 : 0, one.predicted += predicted ? 1 : 0, one.truth += truth ? 1 : 0;
    }
    Tally all;
    MultilabelF1 f1;
    for (const Tally& one : classes) {
        f1.macro += ratio_or_zero(2 * one.hits, one.predicted + one.truth) / static_cast<double>(classes.size());
        all.hits += one.hits, all.predicted += one.predicted, all.truth += one.truth;
    }
    f1.micro = ratio_or_zero(2 * all.hits, all.predicted + all.truth);
    return f1;
}

double multilabel_subset_accuracy(const ClassScores& found, std::span<const std::uint8_t> is_class, double threshold) {
    const auto width = static_cast<std::size_t>(found.classes);
    double samples = 0, exact = 0;
    for (std::size_t begin = 0; begin < is_class.size(); begin += width) {
        bool same = true;
        for (std::size_t at = begin; at < begin + width; ++at)
            same = same && (found.scores[at] >= threshold) == (is_class[at] != 0);
        samples += 1, exact += same ? 1 : 0;
    }
    return samples > 0 ? exact / samples : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace goetia
