// How a set is read by the lists of a division.
#include <algorithm>

#include "datasets/splits/split_files.h"

namespace goetia {
namespace {

constexpr std::array kDividedSplits{"train", "val", "test"};

// The folder of the images below data_root; empty if it is data_root, or if the lists hold full paths.
std::string image_folder(const Json& section, const AnnotatedSet& set) {
    const auto root = section.find("data_root");
    if (set.roots.size() != 1 || root == section.end() || !root->is_string()) return {};
    std::string below =
        (set.roots[0] / ".")
            .lexically_normal()
            .lexically_relative((std::filesystem::path(root->get<std::string>()) / ".").lexically_normal());
    if (below.ends_with('/')) below.pop_back();
    return below == "." ? std::string() : below;
}

Json table_section(const Json& section, const AnnotatedSet& set) {
    Json table{{"type", "Table"}};
    for (const char* key : {"data_root", "data_roots"}) {
        if (section.contains(key)) table[key] = section[key];
    }
    table.update({{"ann_file", "splits.csv"}, {"split_column", "split"}});
    if (const std::string folder = image_folder(section, set); !folder.empty()) table["image_dir"] = folder;
    if (set.task == Task::kRegression) table["target_columns"] = set.targets;
    else if (set.task == Task::kMultilabel) table["class_columns"] = set.targets;
    else table["label_column"] = "label";
    const auto has_subject = [](const AnnotatedImage& image) { return !image.subject.empty(); };
    if (std::ranges::any_of(set.images, has_subject)) table["subject_column"] = "subject";
    return table;
}

// What one split's list needs beside it.
Json listed_split(const Json& section, const AnnotatedSet& set, const std::string& file) {
    Json split{{"ann_file", file}};
    const std::string type = section["type"], folder = image_folder(section, set);
    if (type == "SemanticMasks") {
        const Json train = section.value("train", Json::object());
        Json prefix{{"img", folder}, {"mask", "masks/train"}};
        if (train.is_object() && train.contains("data_prefix") && train["data_prefix"].is_object())
            prefix.update(train["data_prefix"]);
        split["data_prefix"] = prefix;
    } else if (type == "COCO" || type == "ImageNet") {
        if (!folder.empty()) split["data_prefix"] = folder;
    } else if (type == "VOC" && folder != "JPEGImages") {
        split["data_prefix"] = folder;
    }
    return split;
}

}  // namespace

Json split_section(const Json& section, const AnnotatedSet& set, const std::map<std::string, std::string>& files) {
    if (files.contains("splits.csv")) return table_section(section, set);
    Json divided = section;
    divided.erase("split");
    for (const char* key : {"ann_file", "data_prefix"}) divided.erase(key);
    const bool lists = files.contains("meta/classes.txt");
    if (lists) divided["type"] = "ImageNet", divided["classes_file"] = "meta/classes.txt";
    const std::string type = divided["type"];
    if (type != "ImageNet" && type != "COCO" && type != "VOC" && type != "YOLO" && type != "SemanticMasks")
        return nullptr;
    for (const std::string name : kDividedSplits) {
        const std::string file = lists ? "meta/" + name + ".txt" : type == "COCO" ? name + ".json" : name + ".txt";
        if (files.contains(file)) divided[name] = listed_split(divided, set, file);
        else if (name == "train") divided.erase(name);
    }
    return divided;
}

}  // namespace goetia
