// The files of `goetia score detection`: COCO's annotations and its list of results, as tables.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "imaging/annotation.h"
#include "metrics/object_pairs.h"

namespace goetia {

// An annotation or a result.
struct CocoObject {
    std::int64_t id = 0;
    std::int64_t image = 0, category = 0;  // as in the file; in CocoFiles: places among its images and categories
    std::array<double, 4> box{};           // x, y, width, height
    double area = 0;
    double score = 0;
    std::int32_t place = 0;   // in the file's list
    std::int32_t shape = -1;  // in the table's shapes; -1: none
    bool has_box = false, has_area = false, has_shape = false;
    bool crowd = false;
    bool difficult = false;  // 'difficult' or 'ignore', of which COCO knows nothing
};

// A segmentation.
struct CocoShape {
    bool is_mask = false;  // else polygons, which become a mask once the size of the image is known
    std::vector<std::vector<double>> polygons;
    Rle mask;
};

struct CocoTable {
    std::vector<CocoObject> objects;
    std::vector<CocoShape> shapes;
};

struct CocoImageInfo {
    std::int64_t id = 0;
    int height = 0, width = 0;  // 0: not said
};

struct CocoCategory {
    std::int64_t id = 0;
    std::string name;
};

struct CocoFiles {
    std::vector<CocoImageInfo> images;       // by rising id
    std::vector<CocoCategory> categories;    // by rising id
    CocoTable truth, found;                  // by category, then image, then their order in the file
    std::int64_t of_unknown_categories = 0;  // results that count for nothing, and are not in `found`
    bool has_annotation_0 = false;           // an id that pycocotools takes for "no match"
    bool areas_of_boxes = false;             // results whose masks have the areas of the boxes beside them
    std::int64_t boxes_as_masks = 0;         // results without a mask, whose box stands for it
};

// Both files, with the masks of all objects where `type` asks for them. Every fault of both at once, up to 20.
Result<CocoFiles> read_coco_files(const std::string& truth, const std::string& predictions, IouType type);

// Calls visit(category, truths, found) for each image and category with an object, by category, then image.
template <class Visit>
void each_coco_group(const CocoFiles& files, Visit visit) {
    std::span<const CocoObject> truth = files.truth.objects, found = files.found.objects;
    const auto key = [](const CocoObject& one) { return std::pair(one.category, one.image); };
    const auto take = [&](std::span<const CocoObject>& from, const auto& wanted) {
        std::size_t count = 0;
        while (count < from.size() && key(from[count]) == wanted) ++count;
        const auto taken = from.first(count);
        from = from.subspan(count);
        return taken;
    };
    while (!truth.empty() || !found.empty()) {
        const bool truth_first = found.empty() || (!truth.empty() && key(truth[0]) < key(found[0]));
        const auto wanted = key(truth_first ? truth[0] : found[0]);
        const auto truths = take(truth, wanted);
        visit(static_cast<std::size_t>(wanted.first), truths, take(found, wanted));
    }
}

}  // namespace goetia
