// Small sets in every format, each split with two pictures of 10 x 8 and an object of each class. Pictures may lie
// below another root than what is said of them.
#pragma once

#include "testkit/datasets.h"

namespace goetia::testkit {

struct SetPlace {
    fs::path annotations, pictures;
    std::string split = "train";

    SetPlace(const fs::path& root, Split of = Split::kTrain)
        : annotations(root), pictures(root), split(split_name(of)) {}
    SetPlace(fs::path said_in, fs::path shown_in) : annotations(std::move(said_in)), pictures(std::move(shown_in)) {}

    [[nodiscard]] std::string name(int number) const { return fmt::format("{} {}", split, number); }
    void write_pictures(const fs::path& folder) const {
        for (const int i : {0, 1}) write_png(pictures / folder / (name(i) + ".png"), picture(10, 8, 10 * i));
    }
};

inline void make_coco(const SetPlace& place) {
    Json document{{"images", Json::array()}, {"annotations", Json::array()}};
    document["categories"] = {{{"id", 0}, {"name", "cat"}}, {{"id", 1}, {"name", "dog"}}};
    for (const int i : {0, 1}) {
        document["images"].push_back({{"id", i}, {"file_name", place.name(i) + ".png"}, {"width", 10}, {"height", 8}});
        document["annotations"].push_back(
            {{"id", i}, {"image_id", i}, {"category_id", i}, {"bbox", {2, 2, 4, 4}}, {"iscrowd", 0}});
    }
    write_text(place.annotations / fmt::format("annotations/instances_{}.json", place.split), document.dump());
    place.write_pictures(fs::path("images") / place.split);
}

inline void make_voc(const SetPlace& place) {
    for (const int i : {0, 1})
        write_text(
            place.annotations / "Annotations" / (place.name(i) + ".xml"),
            fmt::format("<annotation><filename>{}.png</filename>\n<size><width>10</width><height>8</height></size>"
                        "\n<object><name>{}</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>6</xmax>"
                        "<ymax>6</ymax></bndbox></object></annotation>",
                        place.name(i), i == 0 ? "cat" : "dog"));
    write_text(place.annotations / fmt::format("ImageSets/Main/{}.txt", place.split),
               fmt::format("{}\n{}\n", place.name(0), place.name(1)));
    place.write_pictures("JPEGImages");
}

inline void make_yolo(const SetPlace& place) {
    for (const int i : {0, 1})
        write_text(place.annotations / "labels" / place.split / (place.name(i) + ".txt"),
                   fmt::format("{} 0.4 0.5 0.4 0.5\n", i));
    write_text(place.annotations / "data.yaml", "train: images/train\nnames: [cat, dog]\n");
    place.write_pictures(fs::path("images") / place.split);
}

inline void make_masks(const SetPlace& place) {
    for (const int i : {0, 1})
        write_png(place.annotations / "masks" / place.split / (place.name(i) + ".png"), picture(10, 8));
    write_text(place.annotations / "classes.txt", "cat\ndog\n");
    place.write_pictures(fs::path("images") / place.split);
}

inline void make_class_folders(const SetPlace& place) { make_classes(place.pictures, place.split, {"cat", "dog"}, 1); }

inline void make_table(const SetPlace& place) {
    write_text(place.annotations / (place.split + ".csv"),
               fmt::format("image,label\n{}.png,cat\n{}.png,dog\n", place.name(0), place.name(1)));
    place.write_pictures("");
}

// By the name of the format; what a section needs beside it and the root.
struct SetMaker {
    void (*make)(const SetPlace&);
    Json needs = Json::object();
};

inline const std::map<std::string, SetMaker>& set_makers() {
    static const std::map<std::string, SetMaker> kMakers{
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
    section.update(set_makers().at(format).needs);
    section.update(more);
    return section;
}

}  // namespace goetia::testkit
