// VOC: a folder of XML files, a folder of images, and lists of names.
#include "datasets/layout/layout.h"

namespace goetia {

Recognition recognize_voc(const FolderView& view) {
    const auto annotations = view.folder_named({"Annotations", "annots", "xmls", "labels"});
    const std::vector<std::string> files = annotations ? view.files(*annotations, ".xml") : std::vector<std::string>();
    if (files.empty()) return Recognition::refuse("no folder 'Annotations' of XML files");
    if (view.head(*annotations + "/" + files[0], 4096).find("<annotation") == std::string::npos)
        return Recognition::refuse(fmt::format("'{}/{}' has no <annotation>", *annotations, files[0]));
    Recognition found{Json::object(), {fmt::format("'{}' with {} XML files", *annotations, files.size())}, {}};
    if (*annotations != "Annotations") found.section["ann_folder"] = *annotations;
    const auto images = view.folder_named({"JPEGImages", "images", "image", "imgs", "img"});
    if (!images) return Recognition::refuse("no folder 'JPEGImages'", found.reasons);
    found.reasons.push_back(fmt::format("'{}'", *images));
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        const std::string name(split_name(split)), usual = fmt::format("ImageSets/Main/{}.txt", name);
        std::vector<std::string> lists{usual, name + ".txt"};
        if (split == Split::kTrain) lists.insert(lists.begin() + 1, "ImageSets/Main/trainval.txt");
        for (const std::string& list : lists) {
            if (!view.has_file(list)) continue;
            found.reasons.push_back(fmt::format("'{}'", list));
            if (list != usual) found.section[name]["ann_file"] = list;
            if (*images != "JPEGImages") found.section[name]["data_prefix"] = *images;
            if (split == Split::kTrain) found.lacking = {"listed"};
            break;
        }
    }
    if (found.lacking.empty()) return Recognition::refuse("no list of names 'ImageSets/Main/train.txt'", found.reasons);
    found.lacking.clear();
    return found;
}

}  // namespace goetia
