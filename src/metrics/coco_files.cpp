#include "metrics/coco_files.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "imaging/masks/rle.h"
#include "metrics/coco_json.h"

namespace goetia {
namespace {

std::string path_of(const CocoListFault& fault) {
    switch (fault.list) {
        case CocoList::kFile: return "";
        case CocoList::kImages: return fmt::format("images[{}]", fault.place);
        case CocoList::kCategories: return fmt::format("categories[{}]", fault.place);
        case CocoList::kAnnotations: return fmt::format("annotations[{}]", fault.place);
        case CocoList::kResults: break;
    }
    return fmt::format("[{}]", fault.place);
}

// By rising id; of equal ids the last one stays.
template <class T>
void sort_by_id(std::vector<T>& all) {
    std::stable_sort(all.begin(), all.end(), [](const T& a, const T& b) { return a.id < b.id; });
    const auto kept = std::unique(all.rbegin(), all.rend(), [](const T& a, const T& b) { return a.id == b.id; });
    all.erase(all.begin(), kept.base());
}

// The place of an id in a sorted list. Neighbours in a file mostly have the same id, so the last one is tried first.
template <class T>
class Places {
  public:
    explicit Places(const std::vector<T>& all) : all_(all) {}

    std::optional<std::int64_t> find(std::int64_t id) {
        if (last_ < all_.size() && all_[last_].id == id) return static_cast<std::int64_t>(last_);
        const auto place =
            std::lower_bound(all_.begin(), all_.end(), id, [](const T& a, std::int64_t b) { return a.id < b; });
        if (place == all_.end() || place->id != id) return std::nullopt;
        last_ = static_cast<std::size_t>(place - all_.begin());
        return static_cast<std::int64_t>(last_);
    }

  private:
    const std::vector<T>& all_;
    std::size_t last_ = 0;
};

// A stable sort by a small number: that of a category, or of an image.
std::vector<CocoObject> sorted_by(const std::vector<CocoObject>& objects, std::int64_t CocoObject::* key,
                                  std::size_t keys) {
    std::vector<std::size_t> begins(keys + 1, 0);
    for (const CocoObject& one : objects) ++begins[static_cast<std::size_t>(one.*key) + 1];
    for (std::size_t i = 0; i < keys; ++i) begins[i + 1] += begins[i];
    std::vector<CocoObject> sorted(objects.size());
    for (const CocoObject& one : objects) sorted[begins[static_cast<std::size_t>(one.*key)]++] = one;
    return sorted;
}

class CocoResolver {
  public:
    CocoResolver(std::string truth_name, IouType type) : truth_name_(std::move(truth_name)), type_(type) {}

    Status read(const std::string& predictions) {
        GOETIA_ASSIGN(CocoAnnotations annotations, read_coco_annotations(truth_name_, masks(), truth_faults_));
        const bool are_lists_there = std::ranges::none_of(
            truth_faults_, [](const CocoListFault& fault) { return fault.list == CocoList::kFile; });
        files_.images = std::move(annotations.images), files_.categories = std::move(annotations.categories);
        files_.truth = std::move(annotations.table);
        sort_by_id(files_.images), sort_by_id(files_.categories);
        GOETIA_TRY(read_results(predictions));
        if (are_lists_there) resolve_truth(), resolve_results();
        return check(predictions);
    }

    CocoFiles take() {
        for (CocoTable* table : {&files_.truth, &files_.found})
            table->objects = sorted_by(sorted_by(table->objects, &CocoObject::image, files_.images.size()),
                                       &CocoObject::category, files_.categories.size());
        return std::move(files_);
    }

  private:
    [[nodiscard]] bool masks() const { return type_ == IouType::kMasks; }

    // Results without boxes, as pycocotools has it by the first one, have those of their masks.
    Status read_results(const std::string& predictions) {
        GOETIA_ASSIGN(files_.found, read_coco_results(predictions, masks(), found_faults_));
        const std::vector<CocoObject>& found = files_.found.objects;
        by_boxes_ = found.empty() || found[0].has_box || !found[0].has_shape;
        if (by_boxes_ || masks()) return {};
        found_faults_.clear();
        GOETIA_ASSIGN(files_.found, read_coco_results(predictions, true, found_faults_));
        return {};
    }

    static void fault(std::vector<CocoListFault>& faults, CocoList list, const CocoObject& one, std::string message) {
        faults.push_back({list, one.place, std::move(message)});
    }

    void resolve_truth() {
        Places images(files_.images);
        Places categories(files_.categories);
        for (CocoObject& one : files_.truth.objects) {
            if (truth_faults_.size() >= kMostCocoFaults) return;
            const auto wrong = [&](std::string message) {
                fault(truth_faults_, CocoList::kAnnotations, one, std::move(message));
            };
            const auto image = images.find(one.image), category = categories.find(one.category);
            if (!image) wrong(no_image(one.image));
            else if (!category) wrong(fmt::format("there is no category with the id {}", one.category));
            else if (!masks() && !one.has_box) wrong("has no 'bbox'");
            else if (masks() && !one.has_shape) wrong("has no 'segmentation'");
            if (!image || !category || (masks() ? !one.has_shape : !one.has_box)) continue;
            one.image = *image, one.category = *category;
            if (masks() && !make_mask(one, files_.truth, wrong)) continue;
            if (!one.has_area) one.area = masks() ? mask_area(one, files_.truth) : one.box[2] * one.box[3];
            files_.has_annotation_0 = files_.has_annotation_0 || one.id == 0;
        }
    }

    void resolve_results() {
        Places images(files_.images);
        Places categories(files_.categories);
        std::vector<CocoObject> known;
        known.reserve(files_.found.objects.size());
        for (CocoObject& one : files_.found.objects) {
            if (found_faults_.size() >= kMostCocoFaults) return;
            const auto wrong = [&](std::string message) {
                fault(found_faults_, CocoList::kResults, one, std::move(message));
            };
            const auto image = images.find(one.image), category = categories.find(one.category);
            if (!image) {
                wrong(no_image(one.image));
            } else if (by_boxes_ ? !one.has_box : !one.has_shape) {
                wrong(by_boxes_ ? "has no 'bbox'" : "has no 'segmentation', as the first result has");
            } else if (!category) {
                ++files_.of_unknown_categories;
            } else {
                one.image = *image, one.category = *category;
                if (measure_result(one, wrong)) known.push_back(one);
            }
        }
        files_.found.objects = std::move(known);
    }

    // The box, the area and the mask by which a result counts; as pycocotools, the area is that of the box where the
    // first result has one, even when masks are compared.
    template <class Wrong>
    bool measure_result(CocoObject& one, Wrong wrong) {
        CocoTable& table = files_.found;
        if (masks() && by_boxes_ && one.shape < 0) {
            const auto [x, y, width, height] = one.box;
            one.shape = static_cast<std::int32_t>(table.shapes.size());
            table.shapes.push_back(
                {.polygons = {{x, y, x, y + height, x + width, y + height, x + width, y}}, .mask = {}});
            ++files_.boxes_as_masks;
        }
        if ((masks() || !by_boxes_) && !make_mask(one, table, wrong)) return false;
        if (by_boxes_) {
            one.area = one.box[2] * one.box[3];
            files_.areas_of_boxes = files_.areas_of_boxes || masks();
            return true;
        }
        one.area = mask_area(one, table);
        if (!one.has_box) {
            const Box box = box_of(table.shapes[static_cast<std::size_t>(one.shape)].mask);
            one.box = {box.x1, box.y1, box.width(), box.height()};
        }
        return true;
    }

    template <class Wrong>
    bool make_mask(CocoObject& one, CocoTable& table, Wrong wrong) {
        const CocoImageInfo& image = files_.images[static_cast<std::size_t>(one.image)];
        CocoShape& shape = table.shapes[static_cast<std::size_t>(one.shape)];
        if (image.height == 0 || image.width == 0)
            return wrong(fmt::format("the image with the id {} needs 'height' and 'width' for its masks", image.id)),
                   false;
        if (!shape.is_mask) {
            std::vector<Rle> parts;
            for (const std::vector<double>& outline : shape.polygons) {
                auto part = runs_of_polygon(std::span<const double>(outline), image.height, image.width);
                if (!part) return wrong(part.error().message), false;
                parts.push_back(std::move(part).value());
            }
            auto merged =
                parts.empty() ? runs_of_polygons({}, image.height, image.width) : merge_runs(parts, Merge::kUnion);
            shape.mask = std::move(merged).value();
        }
        if (shape.mask.height != image.height || shape.mask.width != image.width)
            return wrong(fmt::format("the mask is {} x {}, its image {} x {} (height x width)", shape.mask.height,
                                     shape.mask.width, image.height, image.width)),
                   false;
        const Status covered = check_runs(shape.mask);
        if (!covered) wrong(covered.error().message);
        return covered.ok();
    }

    static double mask_area(const CocoObject& one, const CocoTable& table) {
        return static_cast<double>(area_of(table.shapes[static_cast<std::size_t>(one.shape)].mask));
    }

    [[nodiscard]] std::string no_image(std::int64_t id) const {
        return fmt::format("there is no image with the id {} in '{}'", id, truth_name_);
    }

    Status check(const std::string& predictions) {
        if (truth_faults_.empty() && found_faults_.empty()) return {};
        Error error = invalid("'{}' and '{}' cannot be scored", truth_name_, predictions);
        for (auto* faults : {&truth_faults_, &found_faults_}) {
            std::stable_sort(faults->begin(), faults->end(), [](const CocoListFault& a, const CocoListFault& b) {
                return std::tie(a.list, a.place) < std::tie(b.list, b.place);
            });
            for (CocoListFault& one : *faults) {
                if (error.faults.size() == kMostCocoFaults) break;
                Fault found;
                found.file = faults == &truth_faults_ ? truth_name_ : predictions;
                found.path = path_of(one), found.message = std::move(one.message);
                error.faults.push_back(std::move(found));
            }
        }
        return error;
    }

    std::string truth_name_;
    IouType type_;
    bool by_boxes_ = true;  // results are measured by their boxes, not by their masks
    CocoFiles files_;
    std::vector<CocoListFault> truth_faults_, found_faults_;
};

}  // namespace

Result<CocoFiles> read_coco_files(const std::string& truth, const std::string& predictions, IouType type) {
    CocoResolver resolver(truth, type);
    GOETIA_TRY(resolver.read(predictions));
    return resolver.take();
}

}  // namespace goetia
