// Semantic masks: a folder of images, and one of PNG files with the same names.
#include <algorithm>

#include "datasets/layout/layout.h"

namespace goetia {
namespace {

const std::vector<std::string> kImageFolders{"images", "image", "imgs", "img", "JPEGImages"};
const std::vector<std::string> kMaskFolders{"masks", "mask", "labels", "label", "annotations", "SegmentationClass"};

// "_mask.png" if the masks of the first images are named so; nothing if some have none.
std::optional<std::string> mask_suffix(const FolderView& view, const std::string& images, const std::string& masks) {
    constexpr std::size_t kProbed = 20;
    std::vector<std::string> names = view.some_images(images);
    if (names.empty()) return std::nullopt;
    names.resize(std::min(names.size(), kProbed));
    for (const char* suffix : {".png", "_mask.png", "_label.png", "_seg.png", "_segmentation.png"}) {
        const auto has_mask = [&](const std::string& name) {
            return view.has_file(masks + "/" + name.substr(0, name.find_last_of('.')) + suffix);
        };
        // One image without a mask is a fault of the set, not another format.
        if (std::ranges::count_if(names, has_mask) * 2 > std::ssize(names)) return suffix;
    }
    return std::nullopt;
}

struct MaskSplit {
    std::string images, masks, suffix;
};

// The folders of a split: images/train and masks/train, or train/images and train/masks; `folder` empty: the set has
// no splits.
std::optional<MaskSplit> find_split(const FolderView& view, const std::string& folder) {
    std::vector<std::pair<std::string, std::string>> places;
    const auto add = [&](const std::string& below, const std::string& name) {
        const auto images = view.folder_named(kImageFolders, below);
        for (const std::string& mask_name : kMaskFolders) {
            const auto masks = view.folder_named({mask_name}, below);
            if (images && masks)
                places.emplace_back(path_below(path_below(below, *images), name),
                                    path_below(path_below(below, *masks), name));
        }
    };
    const auto trimmed = [](std::string path) { return path.ends_with('/') ? path.substr(0, path.size() - 1) : path; };
    add("", folder);
    if (!folder.empty()) add(folder, "");
    for (const auto& [images, masks] : places) {
        const std::string own_images = trimmed(images), own_masks = trimmed(masks);
        if (!view.has_folder(own_images) || !view.has_folder(own_masks)) continue;
        if (const auto suffix = mask_suffix(view, own_images, own_masks))
            return MaskSplit{own_images, own_masks, *suffix};
    }
    return std::nullopt;
}

}  // namespace

Recognition recognize_masks(const FolderView& view) {
    Recognition found{Json::object(), {}, {}};
    std::optional<std::string> suffix;
    const auto add = [&](const std::string& split, const MaskSplit& place) {
        found.reasons.push_back(fmt::format("'{}' for '{}'", place.masks, place.images));
        suffix = suffix.value_or(place.suffix);
        if (place.images == "images/" + split && place.masks == "masks/" + split) return;
        found.section[split] = {{"data_prefix", {{"img", place.images}, {"mask", place.masks}}}};
    };
    bool trains = false;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        for (const std::string& folder : split_folders(split)) {
            const auto place = find_split(view, folder);
            if (!place) continue;
            add(std::string(split_name(split)), *place);
            trains = trains || split == Split::kTrain;
            break;
        }
    }
    if (const auto place = trains ? std::nullopt : find_split(view, "")) add("train", *place), trains = true;
    if (!trains)
        return Recognition::refuse("no folders 'images' and 'masks' with PNG files of the same names", found.reasons);
    if (*suffix != ".png") found.section["mask_suffix"] = *suffix;
    return found;
}

}  // namespace goetia
