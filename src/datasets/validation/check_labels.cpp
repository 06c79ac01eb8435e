// Images without the annotation that the task needs. A set without any at all is one to predict on, and no fault.
#include <algorithm>
#include <cmath>

#include "datasets/validation/checks.h"

namespace goetia {
namespace {

bool is_labelled(const AnnotatedImage& image, Task task) {
    switch (task) {
        case Task::kClassification: return image.label != -1;
        case Task::kSemantic: return !image.mask.empty();
        case Task::kRegression: return !image.values.empty();
        case Task::kDetection:
        case Task::kInstance: return true;  // a picture with nothing in it is a sample too
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
               : fmt::format("'{}' has a value that is no finite number", image.name);
    finding.fix = "give each target one finite number";
    findings.push_back(std::move(finding));
}

void check_outlines(const AnnotatedSet& set, const AnnotatedImage& image, Findings& findings) {
    for (const Instance& instance : image.instances) {
        if (!instance.polygons.empty() || instance.mask) continue;
        Finding finding = finding_at(set, image, instance, FindingKind::kUnlabelled);
        finding.severity = Severity::kWarning;  // a file of objects does not say whether their outlines are needed
        finding.found = fmt::format("{} has a box and no outline", annotation_text(image, instance));
        finding.fix = "give it polygons or runs, or use the set for detection";
        findings.push_back(std::move(finding));
    }
}

}  // namespace

void check_labels(const AnnotatedSet& set, Findings& findings) {
    const bool any =
        std::ranges::any_of(set.images, [&](const AnnotatedImage& image) { return is_labelled(image, set.task); });
    for (const AnnotatedImage& image : set.images) {
        if (set.task == Task::kRegression) check_values(set, image, findings);
        if (set.task == Task::kInstance) check_outlines(set, image, findings);
        if (!any || is_labelled(image, set.task)) continue;
        Finding finding = finding_at(set, image, FindingKind::kUnlabelled);
        finding.found = fmt::format("'{}' has no {}, others have one", image.name, needed(set.task));
        finding.fix = fmt::format("give it a {}, or take it out of the list", needed(set.task));
        findings.push_back(std::move(finding));
    }
}

}  // namespace goetia
