// Writes Annotations/, JPEGImages/, ImageSets/Main/<split>.txt and labels.txt.
#include <algorithm>
#include <cmath>
#include <sstream>

#include <pugixml.hpp>

#include "base/files.h"
#include "datasets/formats/lost_fields.h"
#include "datasets/formats/writer_support.h"

namespace goetia {
namespace {

void add_text(pugi::xml_node& parent, const char* tag, const std::string& text) {
    parent.append_child(tag).text().set(text.c_str());
}

// The first and last integer pixel from `from` to `to`, counted from 1; at least one pixel of the image.
std::pair<long, long> whole_pixels(float from, float to, long side) {
    const long first = std::clamp(std::lround(from) + 1, 1L, side);
    return {first, std::clamp(std::lround(to), first, side)};
}

// True if rounding to pixels moved a side.
bool add_box(pugi::xml_node& object, const Box& box, std::pair<int, int> size) {
    pugi::xml_node node = object.append_child("bndbox");
    const auto [xmin, xmax] = whole_pixels(box.x1, box.x2, size.first);
    const auto [ymin, ymax] = whole_pixels(box.y1, box.y2, size.second);
    add_text(node, "xmin", std::to_string(xmin));
    add_text(node, "ymin", std::to_string(ymin));
    add_text(node, "xmax", std::to_string(xmax));
    add_text(node, "ymax", std::to_string(ymax));
    const Box rounded{static_cast<float>(xmin - 1), static_cast<float>(ymin - 1), static_cast<float>(xmax),
                      static_cast<float>(ymax)};
    return rounded != box;
}

// The XML of one image; counts the boxes moved by rounding to pixels.
std::string voc_annotation(const AnnotatedSet& set, const AnnotatedImage& image, const std::string& name,
                           std::pair<int, int> size, std::int64_t& moved) {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("annotation");
    add_text(root, "folder", "JPEGImages");
    add_text(root, "filename", std::filesystem::path(name).filename().native());
    pugi::xml_node sides = root.append_child("size");
    add_text(sides, "width", std::to_string(size.first));
    add_text(sides, "height", std::to_string(size.second));
    add_text(sides, "depth", "3");
    add_text(root, "segmented", "0");
    for (const Instance& one : image.instances) {
        pugi::xml_node object = root.append_child("object");
        add_text(object, "name", set.classes.at(static_cast<std::size_t>(one.label)));
        add_text(object, "pose", "Unspecified");
        add_text(object, "truncated", one.truncated ? "1" : "0");
        add_text(object, "difficult", one.difficult ? "1" : "0");
        add_text(object, "occluded", one.occluded ? "1" : "0");
        moved += add_box(object, one.box, size) ? 1 : 0;
    }
    std::ostringstream text;
    document.save(text, "  ", pugi::format_indent | pugi::format_no_declaration);
    return text.str();
}

}  // namespace

Result<LostCounts> write_voc(const AnnotatedSet& set, const WritePlan& plan) {
    GOETIA_TRY(check_task(set, {Task::kDetection, Task::kInstance}, "VOC"));
    GOETIA_TRY(check_transfer(plan, "VOC"));
    GOETIA_ASSIGN(const std::string classes, class_list(set, "VOC"));
    const auto taken = [&](const std::filesystem::path& name) {
        return std::filesystem::exists(plan.folder / "Annotations" / (stem_of(name.native()) + ".xml"));
    };
    const auto [names, renamed] = image_names(set, {.own_stems = true, .on_lines = true, .taken = taken});
    std::string list;
    std::int64_t moved = 0;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        GOETIA_TRY(check_stop(plan));
        const std::string stem = stem_of(names[i]);
        GOETIA_ASSIGN(const auto size, size_of(set, set.images[i]));
        GOETIA_TRY(write_new_file(plan.folder / "Annotations" / (stem + ".xml"),
                                  voc_annotation(set, set.images[i], names[i], size, moved)));
        list += stem + "\n";
    }
    GOETIA_TRY(write_new_file(plan.folder / "ImageSets/Main" / fmt::format("{}.txt", split_name(plan.split)), list));
    GOETIA_TRY(write_file_atomic(plan.folder / "labels.txt", classes));
    GOETIA_TRY(transfer_images(set, names, plan.folder / "JPEGImages", plan));
    LostCounts lost = count_lost(set, {.difficult = true, .truncated = true, .occluded = true}, renamed);
    if (moved > 0) lost["parts of a pixel"] = moved;
    return lost;
}

}  // namespace goetia
