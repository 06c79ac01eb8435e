#include "datasets/formats/losses.h"

#include <cmath>

#include "imaging/masks/outlines.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

// The area that a reader would give the object again.
double told_by_shape(const Instance& one, const Says& says) {
    if (says.runs && one.mask) return static_cast<double>(area_of(*one.mask));
    return says.outlines && !one.polygons.empty() ? outlined_area(one.polygons) : one.box.area();
}

}  // namespace

Lost lost_of(const AnnotatedSet& set, const Says& says, std::int64_t renamed) {
    Lost lost;
    if (renamed > 0) lost["names of pictures (renamed)"] = renamed;
    const auto count = [&](bool is_lost, const char* what) {
        if (is_lost) ++lost[what];
    };
    for (const AnnotatedImage& image : set.images) {
        count(!says.numbers && !image.id.empty() &&
                  image.id != std::filesystem::path(image.name).replace_extension().native(),
              "image numbers");
        count(!says.subjects && !image.subject.empty(), "subjects");
        count(!says.image_labels && image.label >= 0, "image labels");
        count(!says.masks && !image.mask.empty(), "masks of whole pictures");
        count(!says.values && !image.values.empty(), "values");
        count(!says.more && !image.more.empty(), "further fields of images");
        for (const Instance& one : image.instances) {
            constexpr double kSame = 0.5;  // pixels
            count(!says.outlines && !one.polygons.empty(), "outlines");
            count(!says.runs && one.mask.has_value(), "masks as runs");
            count(!says.key_points && !one.key_points.empty(), "key points");
            count(!says.crowd && one.crowd, "crowd marks");
            count(!says.difficult && one.difficult, "difficult marks");
            count(!says.truncated && one.truncated, "truncated marks");
            count(!says.occluded && one.occluded, "occluded marks");
            count(!says.area && std::abs(one.area - told_by_shape(one, says)) > kSame, "areas");
            count(!says.numbers && one.id >= 0, "annotation numbers");
            count(!says.more && !one.more.empty(), "further fields of annotations");
        }
    }
    for (const std::string& more : set.class_more)
        count(!says.more && !more.empty(), "further fields of classes (supercategory, skeleton ...)");
    count(!says.more && !set.more.empty(), "further fields of the whole (info, licenses ...)");
    if (!says.numbers && !set.class_ids.empty())
        lost["class numbers"] = static_cast<std::int64_t>(set.class_ids.size());
    return lost;
}

}  // namespace goetia
