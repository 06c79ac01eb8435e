// Which pictures a split of a YOLO set has: those of folders, or those that lists name.
#include <set>

#include "datasets/formats/folders.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_tell.h"
#include "datasets/formats/yolo_set.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Where a folder or list of the set's file is.
struct Place {
    std::vector<fs::path> found;  // several where data_roots hold the same folder, none when it is nowhere
    std::string form;             // as it was found: "../" left off if need be
};

Place find_place(const std::string& said, const std::vector<fs::path>& bases, bool several) {
    std::vector<std::string> forms{said};
    if (said.starts_with("../")) forms.push_back(said.substr(3));
    for (const std::string& form : forms) {
        Place place{.found = {}, .form = form};
        for (const fs::path& base : bases) {
            std::error_code code;
            fs::path path = (base / form).lexically_normal();
            if (place.found.empty() ? !fs::exists(path, code) : !is_folder(path)) continue;
            const auto is_same = [&](const fs::path& one) { return fs::equivalent(one, path, code); };
            if (std::ranges::none_of(place.found, is_same)) place.found.push_back(std::move(path));
            if (!several || !is_folder(place.found.front())) return place;
        }
        if (!place.found.empty()) return place;
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

void tell_labels_without_picture(const fs::path& folder, const std::set<std::string>& labelled,
                                 std::vector<Finding>& findings) {
    const fs::path labels = yolo_label_file(folder / "x").parent_path();
    if (labels == fs::absolute(folder / "x").parent_path() || !is_folder(labels)) return;  // beside pictures: anything
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

// A picture is taken from the first folder that has it. Labels may lie below any of `roots`.
void list_folders(const Place& place, const std::vector<fs::path>& roots, ReadSet& read) {
    std::set<std::string> names, labelled;
    for (const fs::path& folder : place.found) {
        const auto root = static_cast<std::uint32_t>(read.set.roots.size());
        read.set.roots.push_back(folder);
        for (std::string& name : pictures_below(folder, folder, true, read.findings)) {
            if (!names.insert(name).second) continue;
            labelled.insert(fs::path(name).replace_extension(".txt").native());
            add_image(std::move(name), root, {}, read);
        }
    }
    std::set<fs::path> looked_at;
    const auto look = [&](const fs::path& folder) {
        if (looked_at.insert(yolo_label_file(folder / "x")).second)
            tell_labels_without_picture(folder, labelled, read.findings);
    };
    for (const fs::path& folder : place.found) look(folder);
    for (std::size_t i = 0; roots.size() > 1 && i < roots.size(); ++i) look((roots[i] / place.form).lexically_normal());
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
    if (wanted.empty() && !set_file.readable) return {};  // why is told
    if (wanted.empty())
        return not_found("'{}' says no place of the {} split; add '{}:' to it", set_file.file, split_name(places.split),
                         split_name(places.split));
    for (const std::string& said_place : wanted) {
        const Place place = find_place(said_place, bases, places.several);
        if (place.found.empty() && set_file.file.empty() && !places.named)
            return not_found("there is no folder '{}'; the {} split needs it, or a data.yaml that says another place",
                             (places.roots[0] / said_place).native(), split_name(places.split));
        if (place.found.empty())
            read.findings.push_back(
                {.kind = FindingKind::kMissingFile,
                 .file = set_file.file.empty() ? places.roots[0].native() : set_file.file,
                 .found = fmt::format("there is no '{}' for the {} split", said_place, split_name(places.split)),
                 .fix = fmt::format("correct the place; it was looked for from '{}' on", bases[0].native())});
        else if (is_folder(place.found.front())) list_folders(place, set_file.roots, read);
        else list_file(place.found.front(), bases, read);
    }
    if (read.set.images.empty() && !has_faults(read.findings))
        read.findings.push_back({.kind = FindingKind::kMissingFile,
                                 .file = find_place(wanted[0], bases, false).found.front().native(),
                                 .found = "the place holds no picture",
                                 .fix = "put pictures in, or correct the place"});
    return {};
}

}  // namespace goetia
