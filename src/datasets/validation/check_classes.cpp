// Checks for class indices that are out of range.
#include "datasets/validation/checks.h"

namespace goetia {
namespace {

std::string class_fix(const AnnotatedSet& set) {
    if (set.classes.empty()) return "name the classes";
    return fmt::format("use 0 to {}, or add the class to the list", set.classes.size() - 1);
}

}  // namespace

void check_classes(const AnnotatedSet& set, Findings& findings) {
    const auto count = static_cast<std::int64_t>(set.classes.size());
    for (const AnnotatedImage& image : set.images) {
        if (image.label < -1 || (image.label >= count && set.task == Task::kClassification)) {
            Finding finding = finding_at(set, image, FindingKind::kUnknownClass);
            finding.found =
                fmt::format("class {} of '{}' is out of range for {} classes", image.label, image.name, count);
            finding.fix = class_fix(set);
            findings.push_back(std::move(finding));
        }
        for (const Instance& instance : image.instances) {
            if (instance.label >= 0 && instance.label < count) continue;
            Finding finding = finding_at(set, image, instance, FindingKind::kUnknownClass);
            finding.found = fmt::format("class {} of {} is out of range for {} classes", instance.label,
                                        annotation_text(image, instance), count);
            finding.fix = class_fix(set);
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace goetia
