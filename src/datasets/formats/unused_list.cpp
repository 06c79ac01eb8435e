// A list of 'path label' lines beside class folders, which are read in its place.
#include "datasets/formats/folders.h"

#include <unordered_map>

#include <fmt/ranges.h>

#include "datasets/formats/label_list.h"
#include "datasets/formats/roots.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct ListDifference {
    std::size_t listed = 0, unknown = 0;  // lines, and those of images that the folders do not have
    std::size_t unlisted = 0;             // images of the folders that no line names
    std::size_t other_class = 0;
};

// Paths are compared as written, with or without the split's folder: nothing is looked up on the disk.
ListDifference difference(const AnnotatedSet& set, const std::vector<LabelledPath>& lines, Split split) {
    std::unordered_map<std::string, std::int64_t> labels;
    for (const AnnotatedImage& image : set.images) labels.emplace(image.name, image.label);
    const std::string folder = fmt::format("{}/", split_name(split));
    ListDifference found{.listed = lines.size()};
    for (const LabelledPath& line : lines) {
        auto known = labels.find(line.path.starts_with(folder) ? line.path.substr(folder.size()) : line.path);
        if (known == labels.end()) known = labels.find(line.path);
        if (known == labels.end()) {
            ++found.unknown;
            continue;
        }
        if (line.label >= 0 && line.label != known->second) ++found.other_class;
        labels.erase(known);
    }
    found.unlisted = labels.size();
    return found;
}

std::string counted(std::size_t count, const char* one, const char* several) {
    return fmt::format("{} {}", count, count == 1 ? one : several);
}

}  // namespace

void report_unused_list(const fs::path& root, Split split, bool can_be_used, ReadSet& read) {
    const std::string name = fmt::format("meta/{}.txt", split_name(split));
    if (read.set.images.empty() || !is_file(root / name)) return;
    std::vector<Finding> unused;  // faults of a list that is not used
    const ListDifference found =
        difference(read.set, read_label_list(root / name, {.labels_needed = false}, unused), split);
    if (found.unknown + found.unlisted + found.other_class == 0) return;
    std::string text = fmt::format("the class folders are read, not this list of {}, which says something else: ",
                                   counted(found.listed, "image", "images"));
    std::vector<std::string> parts;
    if (found.unknown > 0)
        parts.push_back(counted(found.unknown, "listed image is", "listed images are") + " not in the folders");
    if (found.unlisted > 0)
        parts.push_back(counted(found.unlisted, "image of the folders is", "images of the folders are") +
                        " not listed");
    if (found.other_class > 0)
        parts.push_back(counted(found.other_class, "image has", "images have") + " another class");
    text += fmt::format("{}", fmt::join(parts, ", "));
    const std::string use = fmt::format("{}dataset.{}.ann_file={}", can_be_used ? "" : "dataset.type=ImageNet and ",
                                        split_name(split), name);
    read.findings.push_back({.kind = FindingKind::kMissingImage,
                             .file = (root / name).native(),
                             .found = std::move(text),
                             .fix = fmt::format("set {} to use the list, or remove it", use),
                             .severity = Severity::kWarning});
}

}  // namespace goetia
