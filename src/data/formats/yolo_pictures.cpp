// Which pictures a split of a YOLO set has: those of folders, or those that lists name.
#include <set>

#include "data/formats/folders.h"
#include "data/formats/lines.h"
#include "data/formats/read_or_tell.h"
#include "data/formats/yolo_set.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// A folder or list where the set's file says it, "../" left off if need be; empty when it is nowhere.
fs::path find_place(const std::string& place, const std::vector<fs::path>& bases) {
    std::vector<std::string> forms{place};
    if (place.starts_with("../")) forms.push_back(place.substr(3));
    for (const std::string& form : forms) {
        for (const fs::path& base : bases) {
            std::error_code code;
            if (fs::exists(base / form, code)) return (base / form).lexically_normal();
        }
    }
    return {};
}

void add_image(std::string name, std::uint32_t root, AnnotationPlace place, ReadSet& read) {
    AnnotatedImage image;
    image.name = std::move(name);
    image.root = root;
    image.place = place;
    read.set.images.push_back(std::move(image));
}

void tell_labels_without_picture(const fs::path& folder, const std::vector<std::string>& pictures,
                                 std::vector<Finding>& findings) {
    const fs::path labels = yolo_label_file(folder / "x").parent_path();
    if (labels == folder || !is_folder(labels)) return;  // beside pictures a text may be anything
    std::set<std::string> labelled;
    for (const std::string& name : pictures) labelled.insert(fs::path(name).replace_extension(".txt").native());
    const auto is_label = [](const fs::path& file) {
        return file.extension() == ".txt" && file.filename() != "classes.txt";  // drawing tools leave that one
    };
    for (const std::string& name : files_below(labels, labels, true, is_label, findings)) {
        if (labelled.contains(name)) continue;
        findings.push_back({.kind = FindingKind::kMissingImage,
                            .file = (labels / name).native(),
                            .id = fs::path(name).replace_extension().native(),
                            .found = fmt::format("the labels have no picture in '{}'", folder.native()),
                            .fix = "add the picture, or remove the labels"});
    }
}

void list_folder(const fs::path& folder, ReadSet& read) {
    const auto root = static_cast<std::uint32_t>(read.set.roots.size());
    read.set.roots.push_back(folder);
    std::vector<std::string> names = pictures_below(folder, folder, true, read.findings);
    tell_labels_without_picture(folder, names, read.findings);
    for (std::string& name : names) add_image(std::move(name), root, {}, read);
}

// One picture on each line: "./" is the list's own folder, else from where the set's places start.
void list_file(const fs::path& file, const std::vector<fs::path>& bases, ReadSet& read) {
    const auto bytes = read_or_tell(file, "correct the list's place", read.findings);
    if (!bytes) return;
    const auto source = static_cast<std::uint32_t>(read.set.files.size());
    read.set.files.push_back(file);
    const auto own = static_cast<std::uint32_t>(read.set.roots.size());
    read.set.roots.push_back(file.parent_path());
    read.set.roots.insert(read.set.roots.end(), bases.begin(), bases.end());
    const std::vector<fs::path> folders(read.set.roots.begin() + own, read.set.roots.end());
    std::size_t listed = 0, missing = 0;
    for_each_line(*bytes, [&](int line, std::string_view words) {
        if (words.empty()) return;
        const bool beside = words.starts_with("./");
        std::string name(beside ? words.substr(2) : words);
        std::uint32_t root = own;
        if (!beside && !fs::path(name).is_absolute()) {
            for (std::uint32_t i = 0; i < folders.size(); ++i) {
                const std::uint32_t next = (i + 1) % static_cast<std::uint32_t>(folders.size());  // its own folder last
                if (!is_file(folders[next] / name)) continue;
                root = own + next;
                break;
            }
        }
        ++listed;
        missing += is_file(read.set.roots[root] / name) ? 0 : 1;
        add_image(std::move(name), root, {source, line}, read);
    });
    if (missing == listed && missing > 0)
        read.findings.push_back({.kind = FindingKind::kMissingFile,
                                 .file = file.native(),
                                 .found = fmt::format("none of the {} listed pictures exists", missing),
                                 .fix = "correct the paths, or 'path' in data.yaml"});
}

}  // namespace

Status list_yolo_pictures(const SplitPlaces& places, const YoloSetFile& set_file, ReadSet& read) {
    std::vector<std::string> wanted;
    const auto said = set_file.config.places.find(places.split);
    if (places.ann_file) wanted = {*places.ann_file};
    else if (places.image_prefix) wanted = {*places.image_prefix};
    else if (said != set_file.config.places.end()) wanted = said->second;
    else if (set_file.file.empty()) wanted = {fmt::format("images/{}", split_name(places.split))};
    std::vector<fs::path> bases = set_file.bases;
    if (places.own_root) bases = places.roots;
    if (wanted.empty() && places.own_root) wanted = {"."};
    if (wanted.empty())
        return not_found("'{}' says no place of the {} split; add '{}:' to it", set_file.file, split_name(places.split),
                         split_name(places.split));
    for (const std::string& place : wanted) {
        const fs::path found = find_place(place, bases);
        if (found.empty() && set_file.file.empty() && !places.ann_file && !places.image_prefix)
            return not_found("there is no folder '{}'; the {} split needs it, or a data.yaml that says another place",
                             (places.roots[0] / place).native(), split_name(places.split));
        if (found.empty())
            read.findings.push_back(
                {.kind = FindingKind::kMissingFile,
                 .file = set_file.file.empty() ? places.roots[0].native() : set_file.file,
                 .found = fmt::format("there is no '{}' for the {} split", place, split_name(places.split)),
                 .fix = fmt::format("correct the place; it was looked for from '{}' on", bases[0].native())});
        else if (is_folder(found)) list_folder(found, read);
        else list_file(found, bases, read);
    }
    if (read.set.images.empty() && !has_faults(read.findings))
        read.findings.push_back({.kind = FindingKind::kMissingFile,
                                 .file = find_place(wanted[0], bases).native(),
                                 .found = "the place holds no picture",
                                 .fix = "put pictures in, or correct the place"});
    return {};
}

}  // namespace goetia
