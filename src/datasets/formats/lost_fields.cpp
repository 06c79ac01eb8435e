#include "datasets/formats/lost_fields.h"

#include <cmath>

#include "imaging/masks/polygons.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

// The area that a reader would compute for the object.
double area_of_shape(const Instance& one, const Supported& supported) {
    if (supported.runs && one.mask) return static_cast<double>(area_of(*one.mask));
    return supported.outlines && !one.polygons.empty() ? total_polygon_area(one.polygons) : one.box.area();
}

}  // namespace

LostCounts count_lost(const AnnotatedSet& set, const Supported& supported, std::int64_t renamed) {
    LostCounts lost;
    if (renamed > 0) lost["names of pictures (renamed)"] = renamed;
    const auto count = [&](bool is_lost, const char* what) {
        if (is_lost) ++lost[what];
    };
    for (const AnnotatedImage& image : set.images) {
        count(!supported.numbers && !image.id.empty() &&
                  image.id != std::filesystem::path(image.name).replace_extension().native(),
              "image numbers");
        count(!supported.subjects && !image.subject.empty(), "subjects");
        count(!supported.image_labels && image.label >= 0, "image labels");
        count(!supported.masks && !image.mask.empty(), "masks of whole pictures");
        count(!supported.values && !image.values.empty(), "values");
        count(!supported.more && !image.more.empty(), "further fields of images");
        for (const Instance& one : image.instances) {
            constexpr double kSame = 0.5;  // pixels
            count(!supported.outlines && !one.polygons.empty(), "outlines");
            count(!supported.runs && one.mask.has_value(), "masks as runs");
            count(!supported.key_points && !one.key_points.empty(), "key points");
            count(!supported.crowd && one.crowd, "crowd marks");
            count(!supported.difficult && one.difficult, "difficult marks");
            count(!supported.truncated && one.truncated, "truncated marks");
            count(!supported.occluded && one.occluded, "occluded marks");
            count(!supported.area && std::abs(one.area - area_of_shape(one, supported)) > kSame, "areas");
            count(!supported.numbers && one.id >= 0, "annotation numbers");
            count(!supported.more && !one.more.empty(), "further fields of annotations");
        }
    }
    for (const std::string& more : set.class_more)
        count(!supported.more && !more.empty(), "further fields of classes (supercategory, skeleton ...)");
    count(!supported.more && !set.more.empty(), "further fields of the whole (info, licenses ...)");
    if (!supported.numbers && !set.class_ids.empty())
        lost["class numbers"] = static_cast<std::int64_t>(set.class_ids.size());
    return lost;
}

}  // namespace goetia
