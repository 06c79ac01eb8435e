// Checks for images without the annotation that the task needs. A set without any annotations is meant for prediction,
// and valid.
#include <algorithm>
#include <cmath>

#include "datasets/validation/checks.h"

namespace goetia {
namespace {

bool is_labelled(const AnnotatedImage& image, Task task) {
    switch (task) {
        case Task::kClassification: return image.label != -1;
        case Task::kSemantic: return !image.mask.empty();
        case Task::kRegression:
        case Task::kMultilabel: return !image.values.empty();
        case Task::kDetection:
        case Task::kInstance: return true;  // an image without objects is a sample too
    }
    return true;
}

std::string_view needed(Task task) {
    if (task == Task::kSemantic) return "mask";
    return task == Task::kRegression ? "value" : "class";
}

void check_values(const AnnotatedSet& set, const AnnotatedImage& image, Findings& findings) {
    if (image.values.empty()) return;
    const bool finite = std::ranges::all_of(image.values, [](double value) { return std::isfinite(value); });
    if (finite && image.values.size() == set.targets.size()) return;
    Finding finding = finding_at(set, image, FindingKind::kBadSyntax);
    finding.found =
        finite ? fmt::format("'{}' has {} values for {} targets", image.name, image.values.size(), set.targets.size())
               : fmt::format("'{}' has a value that is not a finite number", image.name);
    finding.fix = "give each target one finite number";
    findings.push_back(std::move(finding));
}

void check_segmentation(const AnnotatedSet& set, const AnnotatedImage& image, Findings& findings) {
    for (const Instance& instance : image.instances) {
        if (!instance.polygons.empty() || instance.mask) continue;
        Finding finding = finding_at(set, image, instance, FindingKind::kUnlabelled);
        finding.severity = Severity::kWarning;  // whether outlines are needed is not known here
        finding.found = fmt::format("{} has a box but no outline", annotation_text(image, instance));
        finding.fix = "add polygons or runs, or use the set for detection";
        findings.push_back(std::move(finding));
    }
}

}  // namespace

void check_labels(const AnnotatedSet& set, Findings& findings) {
    const bool any =
        std::ranges::any_of(set.images, [&](const AnnotatedImage& image) { return is_labelled(image, set.task); });
    for (const AnnotatedImage& image : set.images) {
        if (has_values(set.task)) check_values(set, image, findings);
        if (set.task == Task::kInstance) check_segmentation(set, image, findings);
        if (!any || is_labelled(image, set.task)) continue;
        Finding finding = finding_at(set, image, FindingKind::kUnlabelled);
        finding.found = fmt::format("'{}' has no {}, other images have one", image.name, needed(set.task));
        finding.fix = fmt::format("add a {}, or remove the image from the list", needed(set.task));
        findings.push_back(std::move(finding));
    }
}

}  // namespace goetia
