// Class numbers beyond the list.
#include "data/validation/checks.h"

namespace goetia {
namespace {

Finding unknown_class(const AnnotatedSet& set, const AnnotatedImage& image, std::int64_t label) {
    Finding finding = finding_at(set, image, FindingKind::kUnknownClass);
    finding.found = fmt::format("class {}", label);
    finding.fix = set.classes.empty()
                      ? std::string("name the classes")
                      : fmt::format("use 0 to {}, or add the class to the list", set.classes.size() - 1);
    return finding;
}

}  // namespace

void check_classes(const AnnotatedSet& set, Findings& findings) {
    const auto count = static_cast<std::int64_t>(set.classes.size());
    for (const AnnotatedImage& image : set.images) {
        if (image.label < -1 || (image.label >= count && set.task == Task::kClassification)) {
            Finding finding = unknown_class(set, image, image.label);
            finding.found += fmt::format(" of '{}' is beyond the list of {} classes", image.name, count);
            findings.push_back(std::move(finding));
        }
        for (const Instance& instance : image.instances) {
            if (instance.label >= 0 && instance.label < count) continue;
            Finding finding = unknown_class(set, image, instance.label);
            finding.id = annotation_id(image, instance);
            finding.found +=
                fmt::format(" of {} is beyond the list of {} classes", annotation_text(image, instance), count);
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace goetia
