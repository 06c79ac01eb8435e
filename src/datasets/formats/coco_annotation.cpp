#include "datasets/formats/coco_annotation.h"

#include "imaging/masks/outlines.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

using namespace coco;

constexpr std::uint32_t kLargestSide = 1'000'000;  // of a mask: its pixels still fit the counts

void refuse(CocoAnnotation& into, std::string_view key, ondemand::value value, std::string_view allowed) {
    into.faults.push_back({FindingKind::kBadSyntax, fmt::format("has '{}' {}", key, as_written(value)),
                           fmt::format("write {}", allowed)});
}

std::optional<bool> truth(ondemand::value value) {
    bool yes = false;
    if (value.get_bool().get(yes) == simdjson::SUCCESS) return yes;
    const auto number = whole(value);
    if (!number || *number < 0 || *number > 1) return std::nullopt;
    return *number == 1;
}

// The numbers of a list; false when it is none or holds anything else.
bool numbers(ondemand::value value, std::vector<float>& into) {
    into.clear();
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    for (auto one : list) {
        double number = 0;
        if (one.get_double().get(number) != simdjson::SUCCESS) return false;
        into.push_back(static_cast<float>(number));
    }
    return true;
}

std::optional<std::vector<std::uint32_t>> whole_numbers(ondemand::value value) {
    std::vector<std::uint32_t> counts;
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return std::nullopt;
    for (auto one : list) {
        ondemand::value element;
        if (one.get(element) != simdjson::SUCCESS) return std::nullopt;
        const auto number = whole(element);
        if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
        counts.push_back(static_cast<std::uint32_t>(*number));
    }
    return counts;
}

// What is wrong with the runs; empty when they were taken.
std::string read_runs(ondemand::object object, Instance& instance) {
    Rle runs;
    bool sized = false, counted = false;
    std::string fault;
    for (auto member : object) {
        ondemand::field field;
        if (std::move(member).get(field) != simdjson::SUCCESS) return "breaks off";
        if (field.key() == "size") {
            const auto sides = whole_numbers(field.value());
            sized = sides && sides->size() == 2 &&
                    std::ranges::all_of(*sides, [](std::uint32_t side) { return side <= kLargestSide; });
            if (sized) runs.height = static_cast<int>((*sides)[0]), runs.width = static_cast<int>((*sides)[1]);
        } else if (field.key() == "counts") {
            counted = true;
            ondemand::value value = field.value();
            if (auto text = words(value)) {
                auto counts = expand_counts(*text);
                if (counts) runs.counts = std::move(*counts);
                else fault = counts.error().message;
            } else if (auto counts = whole_numbers(value)) {
                runs.counts = std::move(*counts);
            } else {
                fault = "counts are neither a text nor whole numbers from 0 on";
            }
        }
    }
    if (fault.empty() && !sized) fault = fmt::format("size is not two whole numbers from 0 to {}", kLargestSide);
    if (fault.empty() && !counted) fault = "there are no counts";
    if (fault.empty()) instance.mask = std::move(runs);
    return fault;
}

void read_segmentation(ondemand::value value, std::vector<float>& scratch, CocoAnnotation& into) {
    constexpr std::string_view kAllowed = "[[x, y, x, y, ...], ...] or {\"size\": [height, width], \"counts\": ...}";
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return;  // the walk around tells where the JSON is broken
    if (type == ondemand::json_type::null) return;
    ondemand::array list;
    ondemand::object object;
    if (value.get_array().get(list) == simdjson::SUCCESS) {
        for (auto one : list) {
            ondemand::value outline;
            if (one.get(outline) != simdjson::SUCCESS) return;
            if (!numbers(outline, scratch)) {
                into.faults.push_back({FindingKind::kBadSyntax, "has a 'segmentation' with what is no list of numbers",
                                       fmt::format("write {}", kAllowed)});
                return;
            }
            into.instance.polygons.emplace_back(scratch.begin(), scratch.end());
        }
    } else if (value.get_object().get(object) == simdjson::SUCCESS) {
        if (const std::string fault = read_runs(object, into.instance); !fault.empty())
            into.faults.push_back({FindingKind::kBadRuns, fmt::format("has runs that cannot be read: {}", fault),
                                   fmt::format("write {}", kAllowed)});
    } else {
        refuse(into, "segmentation", value, kAllowed);
    }
}

}  // namespace

void read_annotation_member(ondemand::raw_json_string key, ondemand::value value, std::vector<float>& scratch,
                            CocoAnnotation& into) {
    Instance& instance = into.instance;
    if (key == "id") {
        if (!(into.id = whole(value))) refuse(into, "id", value, "a whole number");
    } else if (key == "image_id") {
        into.says_image = true;
        if (!(into.image = whole(value))) refuse(into, "image_id", value, "the whole number of an image");
    } else if (key == "category_id") {
        into.says_category = true;
        if (!(into.category = whole(value))) refuse(into, "category_id", value, "the whole number of a category");
    } else if (key == "bbox") {
        if ((into.has_box = numbers(value, scratch) && scratch.size() == 4))
            instance.box = {scratch[0], scratch[1], scratch[0] + scratch[2], scratch[1] + scratch[3]};
        else
            into.faults.push_back(
                {FindingKind::kBadSyntax, "has a 'bbox' that is not four numbers", "write [x, y, width, height]"});
    } else if (key == "area") {
        const auto area = real(value);
        if ((into.has_area = area && *area >= 0)) instance.area = *area;
        else refuse(into, "area", value, "a number of pixels, 0 or more");
    } else if (key == "iscrowd") {
        if (const auto crowd = truth(value)) instance.crowd = *crowd;
        else refuse(into, "iscrowd", value, "0 or 1");
    } else if (key == "segmentation") {
        read_segmentation(value, scratch, into);
    } else if (key == "keypoints") {
        if (!numbers(value, scratch) || scratch.size() % 3 != 0) {
            into.faults.push_back({FindingKind::kBadSyntax, "has 'keypoints' that are not three numbers each",
                                   "write [x, y, visible, ...]"});
            return;
        }
        for (std::size_t i = 0; i < scratch.size(); i += 3) {
            const float visible = scratch[i + 2];
            if (visible != 0 && visible != 1 && visible != 2) {
                into.faults.push_back({FindingKind::kBadSyntax,
                                       fmt::format("has a key point {} whose visibility is {:g}", i / 3 + 1, visible),
                                       "write 0 (not marked), 1 (hidden) or 2 (seen)"});
                return;
            }
            instance.key_points.push_back({scratch[i], scratch[i + 1], static_cast<int>(visible)});
        }
    } else if (!(key == "num_keypoints")) {  // they are counted anew
        keep_as_written(key, value, instance.more);
    }
}

bool complete_annotation(CocoAnnotation& annotation) {
    Instance& instance = annotation.instance;
    const bool fits = instance.mask && check_runs(*instance.mask);
    if (!annotation.has_box) {
        if (!fits && instance.polygons.empty()) return false;
        instance.box = fits ? box_of(*instance.mask) : box_around(instance.polygons);
    }
    if (annotation.has_area) return true;
    if (fits) instance.area = static_cast<double>(area_of(*instance.mask));
    else if (!instance.polygons.empty()) instance.area = outlined_area(instance.polygons);
    else instance.area = instance.box.area();
    return true;
}

}  // namespace goetia
