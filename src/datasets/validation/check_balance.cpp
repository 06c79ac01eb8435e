#include "datasets/validation/check_balance.h"

#include <algorithm>
#include <cmath>

namespace goetia {
namespace {

// About where plain training starts to suffer (long-tailed benchmarks begin at 10).
constexpr double kImbalanced = 10;
constexpr std::size_t kShownWeights = 20;

Finding class_finding(const AnnotatedSet& set, FindingKind kind, std::size_t number) {
    Finding finding;
    finding.kind = kind;
    finding.file = set_location(set);
    finding.id = set.classes[number];
    // Empty classes are often intended (a subset of a set): a run may start.
    finding.severity = Severity::kWarning;
    return finding;
}

// Inverse class frequencies with a mean of 1 over the samples, as losses take them in `weight`.
std::string weights_text(const std::vector<std::int64_t>& counts) {
    if (counts.size() > kShownWeights) return "'goetia dataset weights' prints them";
    std::int64_t all = 0, filled = 0;
    for (const std::int64_t count : counts) all += count, filled += count > 0 ? 1 : 0;
    std::string text;
    for (const std::int64_t count : counts) {
        const double weight = count > 0 ? static_cast<double>(all) / static_cast<double>(filled * count) : 0;
        text += fmt::format("{}{:.3g}", text.empty() ? "" : ", ", weight);
    }
    return fmt::format("'weight: [{}]'", text);
}

// The share of images that contain a class, as the threshold for LVIS: rounded up, so that only the rarer classes are
// repeated.
std::string share_of_images(const AnnotatedSet& set, std::size_t number) {
    const auto shows = [&](const AnnotatedImage& image) {
        return std::ranges::any_of(image.instances, [&](const Instance& instance) {
            return instance.label == static_cast<std::int64_t>(number);
        });
    };
    const auto images = static_cast<double>(std::ranges::count_if(set.images, shows));
    return fmt::format("{:.2g}", std::ceil(100 * images / static_cast<double>(set.images.size())) / 100);
}

std::string balance_fix(const AnnotatedSet& set, const std::vector<std::int64_t>& counts, std::size_t commonest) {
    constexpr std::string_view kMore = "collect more samples of the rare class";
    if (set.task == Task::kClassification) {
        return fmt::format("use 'dataset.sampler={{type: class_balanced}}', or class weights in the loss ({}), or {}",
                           weights_text(counts), kMore);
    }
    if (set.task == Task::kSemantic)
        return fmt::format("use class weights in the loss ({}), or {}", weights_text(counts), kMore);
    return fmt::format("use 'dataset.sampler={{type: repeat_factor, threshold: {}}}' or a focal loss, or {}",
                       share_of_images(set, commonest), kMore);
}

}  // namespace

std::vector<std::int64_t> class_counts(const AnnotatedSet& set) {
    std::vector<std::int64_t> counts(set.classes.size());
    const auto add = [&](std::int64_t label) {
        if (label >= 0 && label < static_cast<std::int64_t>(counts.size())) ++counts[static_cast<std::size_t>(label)];
    };
    for (const AnnotatedImage& image : set.images) {
        add(image.label);
        for (const Instance& instance : image.instances) add(instance.label);
    }
    return counts;
}

std::optional<double> imbalance_ratio(const std::vector<std::int64_t>& counts) {
    std::int64_t least = 0, most = 0;
    for (const std::int64_t count : counts) {
        if (count == 0) continue;
        least = least == 0 ? count : std::min(least, count);
        most = std::max(most, count);
    }
    if (least == 0) return std::nullopt;
    return static_cast<double>(most) / static_cast<double>(least);
}

Findings check_balance(const AnnotatedSet& set, const std::vector<std::int64_t>& counts) {
    Findings findings;
    const bool any = std::ranges::any_of(counts, [](std::int64_t count) { return count > 0; });
    if (!any) return findings;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) continue;
        const auto place = set.classes.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(set.classes.begin(), place, *place) != place) continue;  // the duplicate name is reported
        Finding finding = class_finding(set, FindingKind::kEmptyClass, i);
        finding.found = fmt::format("class '{}' (index {}) has no training samples", set.classes[i], i);
        finding.fix = "add samples, or remove it from the list of classes";
        findings.push_back(std::move(finding));
    }
    if (imbalance_ratio(counts).value_or(1) < kImbalanced) return findings;
    std::size_t rarest = 0, commonest = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0 && (counts[rarest] == 0 || counts[i] < counts[rarest])) rarest = i;
        if (counts[i] > counts[commonest]) commonest = i;
    }
    Finding finding = class_finding(set, FindingKind::kImbalance, rarest);
    finding.found = fmt::format("class '{}' occurs {} times, class '{}' {} times", set.classes[rarest], counts[rarest],
                                set.classes[commonest], counts[commonest]);
    finding.fix = balance_fix(set, counts, commonest);
    findings.push_back(std::move(finding));
    return findings;
}

}  // namespace goetia
