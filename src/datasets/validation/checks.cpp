#include "datasets/validation/checks.h"

#include "datasets/formats/faults.h"

#include <array>

namespace goetia {

#define GOETIA_CHECK(name) void check_##name(const AnnotatedSet&, Findings&)
GOETIA_CHECK(texts);
GOETIA_CHECK(ids);
GOETIA_CHECK(boxes);
GOETIA_CHECK(polygons);
GOETIA_CHECK(points);
GOETIA_CHECK(runs);
GOETIA_CHECK(labels);
#undef GOETIA_CHECK

namespace {

std::ptrdiff_t number_of(const AnnotatedImage& image, const Instance& instance) {
    return &instance - image.instances.data() + 1;
}

}  // namespace

std::span<const AnnotationCheck> annotation_checks() {
    static constexpr std::array kChecks{
        AnnotationCheck{"texts", check_texts},     AnnotationCheck{"ids", check_ids},
        AnnotationCheck{"boxes", check_boxes},     AnnotationCheck{"polygons", check_polygons},
        AnnotationCheck{"points", check_points},   AnnotationCheck{"runs", check_runs},
        AnnotationCheck{"classes", check_classes}, AnnotationCheck{"labels", check_labels},
    };
    return kChecks;
}

Findings check_annotations(const AnnotatedSet& set) {
    Findings findings;
    for (const AnnotationCheck& check : annotation_checks()) check.run(set, findings);
    return findings;
}

Findings check_geometry(const AnnotatedImage& image, const Instance& instance, const std::string& file) {
    if (instance.id < 0 && instance.line == 0) return {};  // there is no way to refer to it
    AnnotatedSet alone{.task = Task::kDetection, .files = {file}};
    AnnotatedImage& only = alone.images.emplace_back();
    only.name = image.name, only.id = image.id, only.width = image.width, only.height = image.height;
    only.instances = {instance};
    Findings findings;
    for (const auto check : {check_boxes, check_polygons, check_points, check_runs}) check(alone, findings);
    for (Finding& finding : findings) finding.image = -1, finding.instance = kSameObject;
    return findings;
}

Findings findings_of(const AnnotatedSet& set, Findings reader_findings, bool reported_elsewhere) {
    const bool no_class_known = set.classes.empty() && (reported_elsewhere || has_faults(reader_findings));
    for (Finding& finding : check_annotations(set)) {
        if (no_class_known && finding.kind == FindingKind::kUnknownClass) continue;
        reader_findings.push_back(std::move(finding));
    }
    return reader_findings;
}

Status refuse_faults(const Findings& findings, const std::string& sentence) {
    FaultList faults;
    for (const Finding& finding : findings) {
        if (finding.severity == Severity::kFault) faults.add(to_fault(finding));
    }
    if (faults.empty()) return {};
    return faults.as_error(sentence);
}

std::string set_location(const AnnotatedSet& set) {
    if (set.files.size() == 1) return set.files.front().native();
    return set.roots.empty() ? "" : set.roots.front().native();
}

Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, FindingKind kind) {
    Finding finding;
    finding.kind = kind;
    finding.severity = default_severity(kind);
    const bool annotated = image.location.file < set.files.size();
    finding.file = annotated ? set.files[image.location.file].native() : set.path(image).native();
    finding.line = image.location.line;
    finding.id = image.id.empty() ? image.name : image.id;
    return finding;
}

std::string annotation_text(const AnnotatedImage& image, const Instance& instance) {
    const std::string whose = image.name.empty() ? "" : fmt::format(" of '{}'", image.name);
    if (instance.id >= 0) return fmt::format("annotation {}{}", instance.id, whose);
    if (instance.line > 0) return fmt::format("the annotation{} in line {}", whose, instance.line);
    return fmt::format("annotation {} (counted from 1) of '{}'", number_of(image, instance), image.name);
}

std::string annotation_id(const AnnotatedImage& image, const Instance& instance) {
    if (instance.id >= 0) return std::to_string(instance.id);
    if (image.name.empty()) return {};
    if (instance.line > 0) return fmt::format("{}:{}", image.name, instance.line);
    return fmt::format("{}#{}", image.name, number_of(image, instance));
}

Finding finding_at(const AnnotatedSet& set, const AnnotatedImage& image, const Instance& instance, FindingKind kind) {
    Finding finding = finding_at(set, image, kind);
    if (image.objects_file) finding.file = set.files[*image.objects_file].native(), finding.line = 0;
    if (instance.line > 0) finding.line = instance.line;
    finding.id = annotation_id(image, instance);
    finding.of_object = true;
    finding.image = &image - set.images.data();
    finding.instance = number_of(image, instance) - 1;
    return finding;
}

}  // namespace goetia
