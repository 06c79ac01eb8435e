// YOLO: a data.yaml, or images/ and labels/ with text files and the names of the classes.
#include "datasets/formats/yolo_file.h"
#include "datasets/layout/layout.h"

namespace goetia {
namespace {

// The YAML file of the set, if there is one: it names classes.
std::optional<std::string> data_yaml_in(const FolderView& view, std::vector<std::string>& several) {
    std::vector<std::string> files;
    for (const std::string& file : view.files("", ".yaml .yml")) {
        const YoloConfig config = parse_data_yaml(view.head(file, 1 << 20), file);
        if (!config.classes.empty() && !config.paths.empty()) files.push_back(file);
        if (!config.classes.empty() && file == "data.yaml") return file;
    }
    if (files.size() == 1) return files[0];
    several = files;
    return std::nullopt;
}

// Where a split's images are, if their labels are where YOLO looks for them.
std::optional<std::string> images_of(const FolderView& view, Split split) {
    const std::string name(split_name(split));
    const auto labelled = [&](const std::string& images, const std::string& labels) {
        return view.has_images(images, 1) && !view.files(labels, ".txt").empty();
    };
    for (const std::string& folder : view.folders("images")) {
        if (split_in_name(folder) == split && labelled("images/" + folder, "labels/" + folder))
            return "images/" + folder;
    }
    for (const std::string& folder : split_folders(split)) {
        if (labelled(folder + "/images", folder + "/labels")) return folder + "/images";
    }
    if (split == Split::kTrain && labelled("images", "labels")) return "images";
    return std::nullopt;
}

}  // namespace

Recognition recognize_yolo(const FolderView& view) {
    std::vector<std::string> several;
    if (const auto file = data_yaml_in(view, several)) {
        Recognition found{Json::object(), {fmt::format("'{}'", *file)}, {}};
        if (*file != "data.yaml") found.section["data_yaml"] = *file;
        return found;
    }
    if (!several.empty())
        return Recognition::refuse(fmt::format("several YAML files name classes and splits: '{}' and '{}'; choose one "
                                               "with dataset.data_yaml",
                                               several[0], several[1]),
                                   several);
    Recognition found{Json::object(), {}, {}};
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        const auto images = images_of(view, split);
        if (!images) continue;
        found.reasons.push_back(fmt::format("'{}' with labels", *images));
        if (*images != fmt::format("images/{}", split_name(split)))
            found.section[std::string(split_name(split))] = {{"data_prefix", *images}};
    }
    if (found.reasons.empty())
        return Recognition::refuse("no data.yaml, and no images/ beside labels/ with text files");
    if (!images_of(view, Split::kTrain)) return Recognition::refuse("no images of a training split", found.reasons);
    if (view.has_file("classes.txt") || view.has_file("labels.txt") || view.has_file("meta/classes.txt")) return found;
    if (!view.has_file("labels/classes.txt"))
        return Recognition::refuse("no data.yaml or classes.txt that names the classes", found.reasons);
    found.section["classes_file"] = "labels/classes.txt";
    return found;
}

}  // namespace goetia
