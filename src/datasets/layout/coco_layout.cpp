// COCO: JSON files of images, annotations and categories, one for each split.
#include <algorithm>
#include <map>

#include "datasets/layout/layout.h"

namespace goetia {
namespace {

struct CocoCandidate {
    std::string file;
    std::optional<Split> split;
    int rank = 0;  // the lowest is taken
};

bool is_coco(std::string_view head) {
    const bool has_list = head.find("\"images\"") != std::string_view::npos ||
                          head.find("\"annotations\"") != std::string_view::npos ||
                          head.find("\"categories\"") != std::string_view::npos;
    const auto first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return has_list && first != std::string_view::npos && head[first] == '{';
}

// Files about the same images: captions have no boxes, those of things are what is asked for.
int rank_of(const std::string& stem) {
    if (stem.starts_with("instances") || stem.starts_with("_annotations")) return 0;
    if (stem.starts_with("person_keypoints") || stem.starts_with("image_info")) return 2;
    return 1;
}

bool is_other_kind(const std::string& stem) {
    return stem.starts_with("captions") || stem.starts_with("panoptic") || stem.starts_with("stuff");
}

void add_candidates(const FolderView& view, const std::string& folder, std::vector<CocoCandidate>& candidates) {
    constexpr std::size_t kMostFiles = 100;
    const std::vector<std::string> files = view.files(folder, ".json");
    if (files.size() > kMostFiles) return;  // one for each image
    for (const std::string& name : files) {
        const std::string stem = std::filesystem::path(name).stem().native(), file = path_below(folder, name);
        if (is_other_kind(stem) || !is_coco(view.head(file))) continue;
        auto split = split_in_name(stem);
        if (!split && folder != "annotations") split = split_in_name(folder);
        candidates.push_back({file, split, rank_of(stem)});
    }
}

std::vector<CocoCandidate> candidates_in(const FolderView& view) {
    std::vector<CocoCandidate> candidates;
    add_candidates(view, "annotations", candidates);
    add_candidates(view, "", candidates);
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        if (const auto folder = view.folder_named(split_folders(split))) add_candidates(view, *folder, candidates);
    }
    return candidates;
}

// The first file name in the text.
std::string first_image(const std::string& head) {
    constexpr std::string_view kKey = "\"file_name\"";
    std::size_t at = head.find(kKey);
    if (at == std::string::npos) return {};
    at = head.find('"', at + kKey.size());
    const std::size_t end = at == std::string::npos ? at : head.find('"', at + 1);
    return end == std::string::npos ? std::string() : head.substr(at + 1, end - at - 1);
}

// The folder of the images where the reader of the format would not look for them.
std::optional<std::string> unusual_prefix(const FolderView& view, const CocoCandidate& one, Split split) {
    const std::string image = first_image(view.head(one.file)), name(split_name(split));
    if (image.empty()) return std::nullopt;
    for (const std::string& usual : {"images/" + name, name + "2017", "images/" + name + "2017", name + "2014", name,
                                     std::string("images"), std::string()}) {
        if (view.has_file(path_below(usual, image))) return std::nullopt;
    }
    const std::size_t slash = one.file.find_last_of('/');
    std::vector<std::string> places{slash == std::string::npos ? "" : one.file.substr(0, slash)};
    for (const std::string& folder : view.folders()) {
        places.push_back(folder);
        constexpr std::size_t kSearched = 50;
        const std::vector<std::string> below = view.folders(folder);
        for (std::size_t i = 0; i < std::min(below.size(), kSearched); ++i) places.push_back(folder + "/" + below[i]);
    }
    const auto found =
        std::ranges::find_if(places, [&](const std::string& place) { return view.has_file(path_below(place, image)); });
    return found == places.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Recognition recognize_coco(const FolderView& view) {
    std::vector<CocoCandidate> candidates = candidates_in(view);
    if (candidates.empty())
        return Recognition::refuse(
            "no JSON file with images and annotations in 'annotations', in the splits' folders or beside them");
    std::ranges::stable_sort(candidates, {}, &CocoCandidate::rank);
    const bool trains = std::ranges::any_of(candidates, [](const auto& one) { return one.split == Split::kTrain; });
    Recognition found{Json::object(), {}, {}};
    std::map<Split, CocoCandidate> taken;
    for (CocoCandidate& one : candidates) {
        if (!one.split && trains) continue;
        const Split split = one.split.value_or(Split::kTrain);
        const auto [first, is_new] = taken.emplace(split, one);
        if (is_new) found.reasons.push_back(fmt::format("'{}'", one.file));
        else if (first->second.rank == one.rank)
            return Recognition::refuse(
                fmt::format("two annotation files for the {} split, '{}' and '{}'; choose one with --ann-file, or with "
                            "dataset.{}.ann_file",
                            split_name(split), first->second.file, one.file, split_name(split)),
                {first->second.file, one.file});
    }
    for (const auto& [split, one] : taken) {
        Json& section = found.section[std::string(split_name(split))];
        section["ann_file"] = one.file;
        if (const auto prefix = unusual_prefix(view, one, split)) section["data_prefix"] = *prefix;
    }
    if (!taken.contains(Split::kTrain)) return Recognition::refuse("no annotations of a training split", found.reasons);
    return found;
}

}  // namespace goetia
