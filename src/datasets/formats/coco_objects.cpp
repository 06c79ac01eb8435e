#include "datasets/formats/coco_objects.h"

#include <utility>

#include <fmt/format.h>

#include "datasets/validation/checks.h"

namespace goetia {

void CocoObjects::add(CocoAnnotation one) {
    one.instance.id = one.id.value_or(-1);
    before_ = out_.findings.size();
    for (CocoFault& fault : one.faults) refuse(one, fault.kind, fault.found, std::move(fault.fix));
    const auto image = image_of(one);
    const auto label = label_of(one);
    const bool shaped = complete_annotation(one);
    if (!shaped && one.faults.empty())
        refuse(one, FindingKind::kBadSyntax, "has neither a 'bbox' nor an outline", "add 'bbox'");
    if (image && label && !refused()) {
        one.instance.label = *label;
        out_.outlines |= !one.instance.polygons.empty() || one.instance.mask;
        out_.images[*image].instances.push_back(std::move(one.instance));
    } else if (shaped) {
        report_geometry(image ? out_.images[*image] : AnnotatedImage(), one.instance);
    }
}

void CocoObjects::refuse(const CocoAnnotation& one, FindingKind kind, std::string_view found, std::string fix) {
    const std::string id = one.id ? std::to_string(*one.id) : "";
    out_.findings.push_back({.kind = kind,
                             .file = name_,
                             .line = one.instance.line,
                             .id = id,
                             .found = fmt::format("annotation {} {}", id.empty() ? "without id" : id, found),
                             .fix = std::move(fix),
                             .of_object = true});
    if (out_.findings.size() > before_ + 1) out_.findings.back().instance = kSameObject;
}

std::optional<std::uint32_t> CocoObjects::image_of(const CocoAnnotation& one) {
    if (!one.has_image_id)
        refuse(one, FindingKind::kBadSyntax, "has no 'image_id'", "add it, or remove the annotation");
    if (!one.image) return std::nullopt;
    if (const auto known = ids_.images.find(*one.image); known != ids_.images.end()) return known->second;
    if (ids_.images_complete)
        refuse(one, FindingKind::kMissingImage,
               fmt::format("belongs to image {}, which 'images' does not list", *one.image),
               "add the image, or remove the annotation");
    return std::nullopt;
}

std::optional<std::int64_t> CocoObjects::label_of(const CocoAnnotation& one) {
    if (!one.has_category_id)
        refuse(one, FindingKind::kBadSyntax, "has no 'category_id'", "add it, or remove the annotation");
    if (!one.category) return std::nullopt;
    if (const auto known = ids_.classes.find(*one.category); known != ids_.classes.end()) return known->second;
    if (ids_.classes_complete)
        refuse(one, FindingKind::kUnknownClass,
               fmt::format("belongs to category {}, which 'categories' does not list", *one.category),
               "add the category, or correct the annotation");
    return std::nullopt;
}

// An annotation that is not used may have faulty geometry too.
void CocoObjects::report_geometry(const AnnotatedImage& image, const Instance& instance) {
    for (Finding& finding : check_geometry(image, instance, name_)) {
        if (!refused()) finding.instance = -1;
        out_.findings.push_back(std::move(finding));
    }
}

}  // namespace goetia
