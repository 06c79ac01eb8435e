#include "metrics/coco_scores.h"

#include "imaging/masks/rle.h"
#include "metrics/coco_match.h"
#include "metrics/voc_match.h"

namespace goetia {
namespace {

std::array<double, 4> mask_box(const Rle& mask) {
    const Box box = box_of(mask);
    return {box.x1, box.y1, box.width(), box.height()};
}

// Masks only overlap where their boxes do, which is sooner known.
class MaskOverlaps {
  public:
    explicit MaskOverlaps(const CocoFiles& files) : files_(files) {
        for (const CocoShape& shape : files.truth.shapes) truth_boxes_.push_back(mask_box(shape.mask));
    }

    void add(std::span<const CocoObject> truths, std::span<const CocoObject> found,
             std::vector<double>& overlaps) const {
        for (const CocoObject& one : found) {
            const Rle& mask = files_.found.shapes[static_cast<std::size_t>(one.shape)].mask;
            const std::array<double, 4> box = mask_box(mask);
            for (const CocoObject& other : truths) {
                const auto shape = static_cast<std::size_t>(other.shape);
                const bool apart = coco_overlap(box, truth_boxes_[shape], other.crowd) <= 0;
                // of one size, as the files were checked
                overlaps.push_back(apart ? 0 : iou_of(mask, files_.truth.shapes[shape].mask, other.crowd).value());
            }
        }
    }

  private:
    const CocoFiles& files_;
    std::vector<std::array<double, 4>> truth_boxes_;  // by shape
};

void add_box_overlaps(std::span<const CocoObject> truths, std::span<const CocoObject> found,
                      std::vector<double>& overlaps) {
    for (const CocoObject& one : found) {
        for (const CocoObject& other : truths) overlaps.push_back(coco_overlap(one.box, other.box, other.crowd));
    }
}

}  // namespace

std::vector<Matched> match_coco_files(const CocoFiles& files, IouType type) {
    std::vector<Matched> classes(files.categories.size());
    const MaskOverlaps masks(files);
    CocoMatcher matcher;
    CocoImage image;
    each_coco_group(files, [&](std::size_t category, auto truths, auto found) {
        image.clear();
        for (const CocoObject& one : truths)
            image.truths.push_back({.area = one.area, .crowd = one.crowd, .has_id_0 = one.id == 0});
        for (const CocoObject& one : found) image.scores.push_back(one.score), image.areas.push_back(one.area);
        if (type == IouType::kMasks) masks.add(truths, found, image.overlaps);
        else add_box_overlaps(truths, found, image.overlaps);
        matcher.match(image, classes[category]);
    });
    return classes;
}

std::vector<Matched> match_voc_files(const CocoFiles& files) {
    std::vector<Matched> classes(files.categories.size());
    CocoImage image;
    each_coco_group(files, [&](std::size_t category, auto truths, auto found) {
        image.clear();
        for (const CocoObject& one : truths) image.truths.push_back({.ignored = one.crowd || one.difficult});
        for (const CocoObject& one : found) image.scores.push_back(one.score);
        add_box_overlaps(truths, found, image.overlaps);
        match_voc(image, 0.5, classes[category]);
    });
    return classes;
}

}  // namespace goetia
