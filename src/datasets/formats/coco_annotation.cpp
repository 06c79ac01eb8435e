#include "datasets/formats/coco_annotation.h"

#include "imaging/masks/polygons.h"
#include "imaging/masks/rle.h"

namespace goetia {
namespace {

using namespace coco;

constexpr std::uint32_t kLargestSide = 1'000'000;  // of a mask, so that its pixel counts fit

void refuse(CocoAnnotation& into, std::string_view key, ondemand::value value, std::string_view allowed) {
    into.faults.push_back(
        {FindingKind::kBadSyntax, fmt::format("has '{}' {}", key, raw_text(value)), fmt::format("write {}", allowed)});
}

std::optional<bool> as_bool(ondemand::value value) {
    bool yes = false;
    if (value.get_bool().get(yes) == simdjson::SUCCESS) return yes;
    const auto number = as_integer(value);
    if (!number || *number < 0 || *number > 1) return std::nullopt;
    return *number == 1;
}

// Reads a list of numbers; false if it is not a list or contains anything else.
bool read_numbers(ondemand::value value, std::vector<float>& into) {
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

std::optional<std::vector<std::uint32_t>> as_integers(ondemand::value value) {
    std::vector<std::uint32_t> counts;
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return std::nullopt;
    for (auto one : list) {
        ondemand::value element;
        if (one.get(element) != simdjson::SUCCESS) return std::nullopt;
        const auto number = as_integer(element);
        if (!number || *number < 0 || *number > UINT32_MAX) return std::nullopt;
        counts.push_back(static_cast<std::uint32_t>(*number));
    }
    return counts;
}

// What is wrong with the runs; empty if they were read.
std::string read_runs(ondemand::object object, Instance& instance) {
    Rle runs;
    bool sized = false, counted = false;
    std::string fault;
    for (auto member : object) {
        ondemand::field field;
        if (std::move(member).get(field) != simdjson::SUCCESS) return "the JSON is incomplete";
        if (field.key() == "size") {
            const auto sides = as_integers(field.value());
            sized = sides && sides->size() == 2 &&
                    std::ranges::all_of(*sides, [](std::uint32_t side) { return side <= kLargestSide; });
            if (sized) runs.height = static_cast<int>((*sides)[0]), runs.width = static_cast<int>((*sides)[1]);
        } else if (field.key() == "counts") {
            counted = true;
            ondemand::value value = field.value();
            if (auto text = as_string(value)) {
                auto counts = expand_counts(*text);
                if (counts) runs.counts = std::move(*counts);
                else fault = counts.error().message;
            } else if (auto counts = as_integers(value)) {
                runs.counts = std::move(*counts);
            } else {
                fault = "counts are neither a string nor non-negative integers";
            }
        }
    }
    if (fault.empty() && !sized) fault = fmt::format("size is not two integers from 0 to {}", kLargestSide);
    if (fault.empty() && !counted) fault = "counts are missing";
    if (fault.empty()) instance.mask = std::move(runs);
    return fault;
}

void read_segmentation(ondemand::value value, std::vector<float>& scratch, CocoAnnotation& into) {
    constexpr std::string_view kAllowed = "[[x, y, x, y, ...], ...] or {\"size\": [height, width], \"counts\": ...}";
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return;  // the caller reports where the JSON is invalid
    if (type == ondemand::json_type::null) return;
    ondemand::array list;
    ondemand::object object;
    if (value.get_array().get(list) == simdjson::SUCCESS) {
        for (auto one : list) {
            ondemand::value outline;
            if (one.get(outline) != simdjson::SUCCESS) return;
            if (!read_numbers(outline, scratch)) {
                into.faults.push_back({FindingKind::kBadSyntax,
                                       "has a 'segmentation' with an element that is not a list of numbers",
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
        if (!(into.id = as_integer(value))) refuse(into, "id", value, "an integer");
    } else if (key == "image_id") {
        into.has_image_id = true;
        if (!(into.image = as_integer(value))) refuse(into, "image_id", value, "the integer id of an image");
    } else if (key == "category_id") {
        into.has_category_id = true;
        if (!(into.category = as_integer(value))) refuse(into, "category_id", value, "the integer id of a category");
    } else if (key == "bbox") {
        if ((into.has_box = read_numbers(value, scratch) && scratch.size() == 4))
            instance.box = {scratch[0], scratch[1], scratch[0] + scratch[2], scratch[1] + scratch[3]};
        else
            into.faults.push_back(
                {FindingKind::kBadSyntax, "has a 'bbox' that is not four numbers", "write [x, y, width, height]"});
    } else if (key == "area") {
        const auto area = as_number(value);
        if ((into.has_area = area && *area >= 0)) instance.area = *area;
        else refuse(into, "area", value, "a non-negative number of pixels");
    } else if (key == "iscrowd") {
        if (const auto crowd = as_bool(value)) instance.crowd = *crowd;
        else refuse(into, "iscrowd", value, "0 or 1");
    } else if (key == "segmentation") {
        read_segmentation(value, scratch, into);
    } else if (key == "keypoints") {
        if (!read_numbers(value, scratch) || scratch.size() % 3 != 0) {
            into.faults.push_back({FindingKind::kBadSyntax, "has 'keypoints' whose length is not a multiple of three",
                                   "write [x, y, visible, ...]"});
            return;
        }
        for (std::size_t i = 0; i < scratch.size(); i += 3) {
            const float visible = scratch[i + 2];
            if (visible != 0 && visible != 1 && visible != 2) {
                into.faults.push_back({FindingKind::kBadSyntax,
                                       fmt::format("has a key point {} whose visibility is {:g}", i / 3 + 1, visible),
                                       "write 0 (not labelled), 1 (hidden) or 2 (visible)"});
                return;
            }
            instance.key_points.push_back({scratch[i], scratch[i + 1], static_cast<int>(visible)});
        }
    } else if (!(key == "num_keypoints")) {  // recounted on writing
        keep_raw_member(key, value, instance.more);
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
    else if (!instance.polygons.empty()) instance.area = total_polygon_area(instance.polygons);
    else instance.area = instance.box.area();
    return true;
}

}  // namespace goetia
