#include "datasets/synthetic/coco_text.h"

#include <fmt/format.h>

#include "base/json.h"

namespace goetia {
namespace {

template <class Numbers>
std::string list_text(const Numbers& numbers) {
    std::string text = "[";
    for (const auto number : numbers) text += fmt::format("{}{}", text.size() > 1 ? "," : "", number);
    return text + "]";
}

std::string outline_text(const Instance& one) {
    if (one.mask)
        return fmt::format(R"(,"segmentation":{{"size":[{},{}],"counts":{}}})", one.mask->height, one.mask->width,
                           list_text(one.mask->counts));
    if (one.polygons.empty()) return "";
    std::string parts;
    for (const Polygon& part : one.polygons) parts += (parts.empty() ? "" : ",") + list_text(part);
    return fmt::format(R"(,"segmentation":[{}])", parts);
}

std::string annotation_text(const Instance& one, std::int64_t id, std::size_t image) {
    return fmt::format(R"({{"id":{},"image_id":{},"category_id":{},"bbox":[{},{},{},{}],"area":{},"iscrowd":{}{}}})",
                       id, image + 1, one.label + 1, one.box.x1, one.box.y1, one.box.width(), one.box.height(),
                       one.area, one.crowd ? 1 : 0, outline_text(one));
}

}  // namespace

std::string coco_text(const AnnotatedSet& set) {
    std::string images, annotations, categories;
    std::int64_t id = 0;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        images += fmt::format("{}\n{{\"id\":{},\"file_name\":{},\"width\":{},\"height\":{}}}", i > 0 ? "," : "", i + 1,
                              Json(image.name).dump(), image.width, image.height);
        for (const Instance& one : image.instances)
            annotations += (id > 0 ? ",\n" : "\n") + annotation_text(one, id + 1, i), ++id;
    }
    for (std::size_t i = 0; i < set.classes.size(); ++i)
        categories += fmt::format("{}\n{{\"id\":{},\"name\":{},\"supercategory\":\"shape\"}}", i > 0 ? "," : "", i + 1,
                                  Json(set.classes[i]).dump());
    return fmt::format(
        "{{\"info\":{{\"description\":\"synthetic shapes\"}},\n\"licenses\":[],\n\"images\":[{}],\n"
        "\"annotations\":[{}],\n\"categories\":[{}]}}\n",
        images, annotations, categories);
}

}  // namespace goetia
