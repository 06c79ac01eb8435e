#include "metrics/object_pairs.h"

#include <algorithm>

#include "imaging/masks/rle.h"
#include "metrics/coco_match.h"

namespace goetia {
namespace {

std::array<double, 4> corner_and_size(const Box& box) {
    const double x = box.x1, y = box.y1;
    return {x, y, box.x2 - x, box.y2 - y};
}

// Of an object in an image of that size; none when it has no shape, or one of another size.
std::optional<Rle> mask_of(const Instance& one, int height, int width) {
    if (one.mask) return one.mask->height == height && one.mask->width == width ? one.mask : std::nullopt;
    if (one.polygons.empty()) return std::nullopt;
    auto runs = runs_of_polygons(one.polygons, height, width);
    return runs ? std::optional(std::move(runs).value()) : std::nullopt;
}

}  // namespace

ObjectPairs::ObjectPairs(IouType type, const std::vector<FoundObject>& found, const std::vector<Instance>& truth)
    : truths_(truth.size()), areas_(found.size()), overlaps_(found.size() * truth.size()) {
    if (type == IouType::kBoxes) compare_boxes(found, truth);
    else comparable_ = compare_masks(found, truth);
    if (!comparable_) std::fill(overlaps_.begin(), overlaps_.end(), 0.0);
}

void ObjectPairs::compare_boxes(const std::vector<FoundObject>& found, const std::vector<Instance>& truth) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::array<double, 4> box = corner_and_size(found[i].box);
        areas_[i] = box[2] * box[3];
        for (std::size_t j = 0; j < truths_; ++j)
            overlaps_[i * truths_ + j] = coco_overlap(box, corner_and_size(truth[j].box), truth[j].crowd);
    }
}

bool ObjectPairs::compare_masks(const std::vector<FoundObject>& found, const std::vector<Instance>& truth) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i].mask) return false;
        areas_[i] = static_cast<double>(area_of(*found[i].mask));
    }
    if (found.empty()) return true;  // there is nothing to compare: COCO takes the areas of the truth from its file
    std::vector<Rle> masks;
    for (const Instance& one : truth) {
        auto mask = mask_of(one, found[0].mask->height, found[0].mask->width);
        if (!mask) return false;
        masks.push_back(*std::move(mask));
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (std::size_t j = 0; j < truths_; ++j) {
            const auto overlap = iou_of(*found[i].mask, masks[j], truth[j].crowd);
            if (!overlap) return false;
            overlaps_[i * truths_ + j] = *overlap;
        }
    }
    return true;
}

}  // namespace goetia
