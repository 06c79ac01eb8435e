// Small sets in every format. Each split has two images of 10 x 8 and an object of each class. Images and annotations
// may be below different roots.
#pragma once

#include "testkit/datasets.h"

namespace goetia::testkit {

struct SetLocation {
    fs::path annotations, images;
    std::string split = "train";

    SetLocation(const fs::path& root, Split of = Split::kTrain)
        : annotations(root), images(root), split(split_name(of)) {}
    SetLocation(fs::path annotations_root, fs::path images_root)
        : annotations(std::move(annotations_root)), images(std::move(images_root)) {}

    [[nodiscard]] std::string name(int number) const { return fmt::format("{} {}", split, number); }
    void write_images(const fs::path& folder) const {
        for (const int i : {0, 1}) write_png(images / folder / (name(i) + ".png"), gradient_image(10, 8, 10 * i));
    }
};

inline void make_coco(const SetLocation& location) {
    Json document{{"images", Json::array()}, {"annotations", Json::array()}};
    document["categories"] = {{{"id", 0}, {"name", "cat"}}, {{"id", 1}, {"name", "dog"}}};
    for (const int i : {0, 1}) {
        document["images"].push_back(
            {{"id", i}, {"file_name", location.name(i) + ".png"}, {"width", 10}, {"height", 8}});
        document["annotations"].push_back(
            {{"id", i}, {"image_id", i}, {"category_id", i}, {"bbox", {2, 2, 4, 4}}, {"iscrowd", 0}});
    }
    write_text(location.annotations / fmt::format("annotations/instances_{}.json", location.split), document.dump());
    location.write_images(fs::path("images") / location.split);
}

inline void make_voc(const SetLocation& location) {
    for (const int i : {0, 1})
        write_text(
            location.annotations / "Annotations" / (location.name(i) + ".xml"),
            fmt::format("<annotation><filename>{}.png</filename>\n<size><width>10</width><height>8</height></size>"
                        "\n<object><name>{}</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>6</xmax>"
                        "<ymax>6</ymax></bndbox></object></annotation>",
                        location.name(i), i == 0 ? "cat" : "dog"));
    write_text(location.annotations / fmt::format("ImageSets/Main/{}.txt", location.split),
               fmt::format("{}\n{}\n", location.name(0), location.name(1)));
    location.write_images("JPEGImages");
}

inline void make_yolo(const SetLocation& location) {
    for (const int i : {0, 1})
        write_text(location.annotations / "labels" / location.split / (location.name(i) + ".txt"),
                   fmt::format("{} 0.4 0.5 0.4 0.5\n", i));
    write_text(location.annotations / "data.yaml", "train: images/train\nnames: [cat, dog]\n");
    location.write_images(fs::path("images") / location.split);
}

inline void make_masks(const SetLocation& location) {
    for (const int i : {0, 1})
        write_png(location.annotations / "masks" / location.split / (location.name(i) + ".png"), gradient_image(10, 8));
    write_text(location.annotations / "classes.txt", "cat\ndog\n");
    location.write_images(fs::path("images") / location.split);
}

inline void make_class_folders(const SetLocation& location) {
    make_classes(location.images, location.split, {"cat", "dog"}, 1);
}

inline void make_table(const SetLocation& location) {
    write_text(location.annotations / (location.split + ".csv"),
               fmt::format("image,label\n{}.png,cat\n{}.png,dog\n", location.name(0), location.name(1)));
    location.write_images("");
}

// By format name; `needs` are the parameters required besides the root.
struct SetBuilder {
    void (*make)(const SetLocation&);
    Json needs = Json::object();
};

inline const std::map<std::string, SetBuilder>& set_builders() {
    static const std::map<std::string, SetBuilder> kMakers{
        {"COCO", {make_coco}},
        {"ImageFolder", {make_class_folders}},
        {"ImageNet", {make_class_folders}},
        {"SemanticMasks", {make_masks}},
        {"Table", {make_table, {{"label_column", "label"}, {"ann_file", "train.csv"}}}},
        {"VOC", {make_voc}},
        {"YOLO", {make_yolo}}};
    return kMakers;
}

inline Json section_of(const std::string& format, const fs::path& root, const Json& more = Json::object()) {
    Json section{{"type", format}, {"data_root", root.native()}};
    section.update(set_builders().at(format).needs);
    section.update(more);
    return section;
}

}  // namespace goetia::testkit
