// Checks for polygons that are malformed or enclose nothing.
#include <algorithm>
#include <cmath>

#include "datasets/validation/checks.h"

namespace goetia {
namespace {

void check_polygon(const AnnotatedSet& set, const AnnotatedImage& image, const Instance& instance,
                   const Polygon& polygon, Findings& findings) {
    const auto add = [&](FindingKind kind, std::string found, std::string fix) {
        Finding finding = finding_at(set, image, instance, kind);
        finding.found = std::move(found);
        finding.fix = std::move(fix);
        findings.push_back(std::move(finding));
    };
    const std::string owner = annotation_text(image, instance);
    if (polygon.size() % 2 != 0) {
        return add(FindingKind::kBadSyntax, fmt::format("a polygon of {} has {} numbers", owner, polygon.size()),
                   "list x and y of each point in turn");
    }
    if (!std::ranges::all_of(polygon, [](float number) { return std::isfinite(number); })) {
        return add(FindingKind::kBadSyntax,
                   fmt::format("a polygon of {} contains a value that is not a finite number", owner),
                   "use finite numbers");
    }
    if (polygon.size() < 6) {
        add(FindingKind::kShortPolygon, fmt::format("a polygon of {} has {} points", owner, polygon.size() / 2),
            "use three or more points, or remove it");
    }
}

}  // namespace

void check_polygons(const AnnotatedSet& set, Findings& findings) {
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            for (const Polygon& polygon : instance.polygons) check_polygon(set, image, instance, polygon, findings);
        }
    }
}

}  // namespace goetia
