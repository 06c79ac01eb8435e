// Checks for outline points and key points outside of their image. They are clipped, so a run may start.
#include <algorithm>

#include "datasets/validation/checks.h"
#include "datasets/validation/outside.h"
#include "imaging/masks/polygons.h"

namespace goetia {
namespace {

const float* first_outside(const Polygon& polygon, const AnnotatedImage& image) {
    for (std::size_t i = 0; i + 1 < polygon.size(); i += 2) {
        if (is_outside(polygon[i], polygon[i + 1], image)) return &polygon[i];
    }
    return nullptr;
}

}  // namespace

void check_points(const AnnotatedSet& set, Findings& findings) {
    for (const AnnotatedImage& image : set.images) {
        if (image.width < 1 || image.height < 1) continue;
        for (const Instance& instance : image.instances) {
            const auto add = [&](std::string_view what, float x, float y) {
                Finding finding = finding_at(set, image, instance, FindingKind::kBoxOutside);
                finding.severity = Severity::kWarning;
                finding.found = fmt::format("{} of {} is at ({:.6g}, {:.6g}), outside of the image of {} x {} pixels",
                                            what, annotation_text(image, instance), x, y, image.width, image.height);
                finding.fix = "clip it to the image, or correct the annotated image size";
                findings.push_back(std::move(finding));
            };
            // If the box was derived from the outline, the box check reports the same.
            const bool boxed = !(instance.box == box_around(instance.polygons)) || !is_outside(instance.box, image);
            for (std::size_t i = 0; boxed && i < instance.polygons.size(); ++i) {
                const Polygon& polygon = instance.polygons[i];
                if (const float* point = first_outside(polygon, image))
                    add("a point of the outline", point[0], point[1]);
            }
            const auto outside = std::ranges::find_if(instance.key_points, [&](const KeyPoint& point) {
                return point.visible > 0 && is_outside(point.x, point.y, image);
            });
            if (outside != instance.key_points.end()) add("a key point", outside->x, outside->y);
        }
    }
}

}  // namespace goetia
