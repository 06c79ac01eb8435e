#include "datasets/formats/coco_objects.h"

#include <utility>

#include <fmt/format.h>

#include "datasets/validation/checks.h"

namespace goetia {

void CocoObjects::take(CocoAnnotation one) {
    one.instance.id = one.id.value_or(-1);
    before_ = out_.findings.size();
    for (CocoFault& fault : one.faults) refuse(one, fault.kind, fault.found, std::move(fault.fix));
    const auto image = image_of(one);
    const auto label = label_of(one);
    const bool shaped = complete_annotation(one);
    if (!shaped && one.faults.empty())
        refuse(one, FindingKind::kBadSyntax, "has no 'bbox' and no outline to take one from", "add 'bbox'");
    if (image && label && !refused()) {
        one.instance.label = *label;
        out_.outlines |= !one.instance.polygons.empty() || one.instance.mask;
        out_.images[*image].instances.push_back(std::move(one.instance));
    } else if (shaped) {
        tell_shape(image ? out_.images[*image] : AnnotatedImage(), one.instance);
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
    if (!one.says_image) refuse(one, FindingKind::kBadSyntax, "has no 'image_id'", "add it, or remove the annotation");
    if (!one.image) return std::nullopt;
    if (const auto known = ids_.images.find(*one.image); known != ids_.images.end()) return known->second;
    if (ids_.images_whole)
        refuse(one, FindingKind::kMissingImage, fmt::format("is of image {}, which 'images' does not list", *one.image),
               "add the image, or remove the annotation");
    return std::nullopt;
}

std::optional<std::int64_t> CocoObjects::label_of(const CocoAnnotation& one) {
    if (!one.says_category)
        refuse(one, FindingKind::kBadSyntax, "has no 'category_id'", "add it, or remove the annotation");
    if (!one.category) return std::nullopt;
    if (const auto known = ids_.classes.find(*one.category); known != ids_.classes.end()) return known->second;
    if (ids_.classes_whole)
        refuse(one, FindingKind::kUnknownClass,
               fmt::format("is of category {}, which 'categories' does not list", *one.category),
               "add the category, or correct the annotation");
    return std::nullopt;
}

// An annotation that is not taken may have a faulty shape too.
void CocoObjects::tell_shape(const AnnotatedImage& image, const Instance& instance) {
    for (Finding& finding : check_shape(image, instance, name_)) {
        if (!refused()) finding.instance = -1;
        out_.findings.push_back(std::move(finding));
    }
}

}  // namespace goetia
