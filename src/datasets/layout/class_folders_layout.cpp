// Class folders: train/ with one folder of images for each class, or the class folders alone.
#include <algorithm>
#include <set>

#include "datasets/layout/layout.h"

namespace goetia {
namespace {

// Folders that hold the parts of another format.
bool is_reserved(const std::string& name) {
    static const std::set<std::string> kReserved{"images",
                                                 "image",
                                                 "imgs",
                                                 "img",
                                                 "labels",
                                                 "label",
                                                 "masks",
                                                 "mask",
                                                 "annotations",
                                                 "annotation",
                                                 "annots",
                                                 "jpegimages",
                                                 "imagesets",
                                                 "meta",
                                                 "lists",
                                                 "segmentationclass",
                                                 "segmentationobject"};
    return kReserved.contains(plain_name(name));
}

std::vector<std::string> class_folders_below(const FolderView& view, const std::string& below) {
    std::vector<std::string> names;
    for (const std::string& name : view.folders(below)) {
        if (is_reserved(name)) return {};
        names.push_back(name);
    }
    constexpr std::size_t kSearched = 20;
    const bool any =
        std::any_of(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kSearched)),
                    [&](const std::string& name) { return view.has_images(path_below(below, name)); });
    return any ? names : std::vector<std::string>();
}

std::string counted_classes(const std::string& folder, std::size_t count) {
    return fmt::format("{} class folder{} in '{}'", count, count == 1 ? "" : "s", folder);
}

bool names_a_split(const std::string& name) {
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        if (std::ranges::count(split_folders(split), plain_name(name)) > 0) return true;
    }
    return false;
}

}  // namespace

Recognition recognize_class_folders(const FolderView& view) {
    constexpr const char* kLacking = "no folder 'train' with a folder of images for each class, nor two class folders";
    Recognition found{Json::object(), {}, {}};
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        const std::string name(split_name(split));
        const auto folder = view.folder_named(split_folders(split));
        if (!folder) continue;
        const std::size_t classes = class_folders_below(view, *folder).size();
        // The images of a test split need no class.
        if (classes == 0 && (split != Split::kTest || found.reasons.empty() || view.some_images(*folder).empty()))
            continue;
        found.reasons.push_back(counted_classes(*folder, classes));
        if (*folder != name) found.section[name] = {{"data_prefix", *folder}};
    }
    if (!found.reasons.empty() && view.folder_named(split_folders(Split::kTrain))) {
        for (const char* list : {"meta/train.txt", "train.txt"}) {
            if (view.has_file(list)) found.reasons.push_back(fmt::format("'{}' beside them is not used", list));
        }
        return found;
    }
    const std::vector<std::string> alone = class_folders_below(view, "");
    if (alone.size() < 2 || std::ranges::any_of(alone, names_a_split)) return Recognition::refuse(kLacking);
    return {{{"train", {{"data_prefix", "."}}}}, {fmt::format("{} class folders", alone.size())}, {}};
}

}  // namespace goetia
