// Writes annotations/instances_<split>.json and images/<split>/.
#include <charconv>
#include <cmath>
#include <set>

#include "base/json.h"
#include "base/json_text.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

// Rounded to 1e-4 pixels: what a float can represent, and finer than COCO files are.
std::string pixels(double value) { return fmt::format("{}", std::round(value * 1e4) / 1e4); }

// The images' own ids if all have one; else 1, 2 ...
std::vector<std::int64_t> image_numbers(const AnnotatedSet& set) {
    std::vector<std::int64_t> numbers;
    std::set<std::int64_t> seen;
    for (const AnnotatedImage& image : set.images) {
        std::int64_t number = 0;
        const char* end = image.id.data() + image.id.size();
        const auto parsed = std::from_chars(image.id.data(), end, number);
        if (image.id.empty() || parsed.ec != std::errc() || parsed.ptr != end || !seen.insert(number).second) break;
        numbers.push_back(number);
    }
    if (numbers.size() == set.images.size()) return numbers;
    numbers.resize(set.images.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i) + 1;
    return numbers;
}

// COCO evaluation treats annotation id 0 as missing, so ids must begin at 1.
bool has_valid_ids(const AnnotatedSet& set) {
    std::set<std::int64_t> seen;
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& one : image.instances) {
            if (one.id < 1 || !seen.insert(one.id).second) return false;
        }
    }
    return true;
}

std::string segmentation(const Instance& one) {
    if (one.mask)
        return fmt::format("{{\"size\":[{},{}],\"counts\":{}}}", one.mask->height, one.mask->width,
                           json_text(Json(compress_counts(one.mask->counts))));
    std::string text = "[";
    for (const Polygon& outline : one.polygons)
        text += fmt::format("{}[{}]", text.size() == 1 ? "" : ",", fmt::join(outline, ","));
    return text + "]";
}

// Extra members, appended verbatim to others; dropped if they are not valid JSON.
class ExtraMembers {
  public:
    std::string of(const std::string& more) {
        if (more.empty()) return {};
        if (Json::accept("{" + more + "}")) return "," + more;
        ++broken_;
        return {};
    }
    [[nodiscard]] std::int64_t broken() const { return broken_; }

  private:
    std::int64_t broken_ = 0;
};

std::string coco_annotation(const Instance& one, std::int64_t number, std::int64_t image, std::int64_t category,
                            const std::string& extra) {
    std::string text = fmt::format(
        "{{\"id\":{},\"image_id\":{},\"category_id\":{},\"bbox\":[{},{},{},{}],\"area\":{},\"iscrowd\":{}", number,
        image, category, pixels(one.box.x1), pixels(one.box.y1), pixels(double(one.box.x2) - one.box.x1),
        pixels(double(one.box.y2) - one.box.y1), pixels(one.area), one.crowd ? 1 : 0);
    if (one.mask || !one.polygons.empty()) text += ",\"segmentation\":" + segmentation(one);
    if (!one.key_points.empty()) {
        text += ",\"keypoints\":[";
        int marked = 0;
        for (const KeyPoint& point : one.key_points) {
            text += fmt::format("{}{},{},{}", text.back() == '[' ? "" : ",", point.x, point.y, point.visible);
            marked += point.visible > 0 ? 1 : 0;
        }
        text += fmt::format("],\"num_keypoints\":{}", marked);
    }
    return text + extra + "}";
}

// Checked texts are UTF-8; invalid bytes from elsewhere must not end the program.
std::string quoted(const std::string& text) { return json_text(Json(text)); }

}  // namespace

Result<LostCounts> write_coco(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kDetection, Task::kInstance}, "COCO"));
    const auto [names, renamed] = image_names(set, {});
    const auto numbers = image_numbers(set);
    const bool own_numbers = has_valid_ids(set);
    std::string images, annotations, categories;
    ExtraMembers extra;
    std::int64_t number = 0;
    const auto class_number = [&](std::int64_t label) {
        return set.class_ids.empty() ? label + 1 : set.class_ids.at(static_cast<std::size_t>(label));
    };
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        GOETIA_TRY(check_stop(plan));
        GOETIA_ASSIGN(const auto size, size_of(set, image));
        const std::string name =
            plan.transfer == FileTransfer::kNone ? std::filesystem::absolute(set.path(image)).native() : names[i];
        images += fmt::format("{}\n{{\"id\":{},\"file_name\":{},\"width\":{},\"height\":{}{}}}", i == 0 ? "" : ",",
                              numbers[i], quoted(name), size.first, size.second, extra.of(image.more));
        for (const Instance& one : image.instances) {
            ++number;
            annotations +=
                (annotations.empty() ? "\n" : ",\n") + coco_annotation(one, own_numbers ? one.id : number, numbers[i],
                                                                       class_number(one.label), extra.of(one.more));
        }
    }
    for (std::size_t i = 0; i < set.classes.size(); ++i)
        categories += fmt::format("{}\n{{\"id\":{},\"name\":{}{}}}", i == 0 ? "" : ",",
                                  class_number(static_cast<std::int64_t>(i)), quoted(set.classes[i]),
                                  i < set.class_more.size() ? extra.of(set.class_more[i]) : "");
    const std::string split(split_name(plan.split));
    GOETIA_TRY(write_new_file(plan.folder / "annotations" / fmt::format("instances_{}.json", split),
                              fmt::format("{{\"images\":[{}],\n\"annotations\":[{}],\n\"categories\":[{}]{}}}\n",
                                          images, annotations, categories, extra.of(set.more))));
    GOETIA_TRY(transfer_images(set, names, plan.folder / "images" / split, plan));
    LostCounts lost = count_lost(set,
                                 {.outlines = true,
                                  .runs = true,
                                  .key_points = true,
                                  .crowd = true,
                                  .area = true,
                                  .numbers = true,
                                  .more = true},
                                 renamed);
    if (extra.broken() > 0) lost["further fields that are no JSON"] = extra.broken();
    return lost;
}

}  // namespace goetia
