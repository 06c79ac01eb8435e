// Lists the images of a YOLO split: those in folders, or those named by lists.
#include <set>

#include "datasets/formats/folders.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_report.h"
#include "datasets/formats/yolo_set.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Where a folder or list named in data.yaml is.
struct FoundPath {
    std::vector<fs::path> found;  // several if data_roots share the folder, none if it does not exist
    std::string form;             // as it was found: without "../" if necessary
};

FoundPath find_path(const std::string& path, const std::vector<fs::path>& bases, bool several_roots) {
    std::vector<std::string> forms{path};
    if (path.starts_with("../")) forms.push_back(path.substr(3));
    for (const std::string& form : forms) {
        FoundPath result{.found = {}, .form = form};
        for (const fs::path& base : bases) {
            std::error_code code;
            fs::path candidate = (base / form).lexically_normal();
            if (result.found.empty() ? !fs::exists(candidate, code) : !is_folder(candidate)) continue;
            const auto is_same = [&](const fs::path& one) { return fs::equivalent(one, candidate, code); };
            if (std::ranges::none_of(result.found, is_same)) result.found.push_back(std::move(candidate));
            if (!several_roots || !is_folder(result.found.front())) return result;
        }
        if (!result.found.empty()) return result;
    }
    return {};
}

void add_image(std::string name, std::uint32_t root, AnnotationLocation location, ReadSet& read) {
    AnnotatedImage image;
    image.name = std::move(name);
    image.root = root;
    image.location = location;
    read.set.images.push_back(std::move(image));
}

void report_labels_without_image(const fs::path& folder, const std::set<std::string>& labelled,
                                 std::vector<Finding>& findings) {
    const fs::path labels = yolo_label_file(folder / "x").parent_path();
    if (labels == fs::absolute(folder / "x").parent_path() || !is_folder(labels))
        return;  // labels beside images: any .txt file
    const auto is_label = [](const fs::path& file) {
        return file.extension() == ".txt" && file.filename() != "classes.txt";  // written by annotation tools
    };
    for (const std::string& name : files_below(labels, labels, true, is_label, findings)) {
        if (labelled.contains(name)) continue;
        findings.push_back({.kind = FindingKind::kMissingImage,
                            .file = (labels / name).native(),
                            .id = fs::path(name).replace_extension().native(),
                            .found = fmt::format("the labels have no image in '{}'", folder.native()),
                            .fix = "add the image, or remove the labels"});
    }
}

// An image is taken from the first folder that contains it. Labels may be below any of `roots`.
void list_from_folders(const FoundPath& path, const std::vector<fs::path>& roots, ReadSet& read) {
    std::set<std::string> names, labelled;
    for (const fs::path& folder : path.found) {
        const auto root = static_cast<std::uint32_t>(read.set.roots.size());
        read.set.roots.push_back(folder);
        for (std::string& name : images_below(folder, folder, true, read.findings)) {
            if (!names.insert(name).second) continue;
            labelled.insert(fs::path(name).replace_extension(".txt").native());
            add_image(std::move(name), root, {}, read);
        }
    }
    std::set<fs::path> checked;
    const auto look = [&](const fs::path& folder) {
        if (checked.insert(yolo_label_file(folder / "x")).second)
            report_labels_without_image(folder, labelled, read.findings);
    };
    for (const fs::path& folder : path.found) look(folder);
    for (std::size_t i = 0; roots.size() > 1 && i < roots.size(); ++i) look((roots[i] / path.form).lexically_normal());
}

// One image per line: "./" means the folder of the list, otherwise paths start at `bases`.
void list_file(const fs::path& file, const std::vector<fs::path>& bases, ReadSet& read) {
    const auto bytes = read_or_report(file, "correct the path of the list", read.findings);
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
                                 .found = fmt::format("none of the {} listed images exists", missing),
                                 .fix = "correct the paths, or 'path' in data.yaml"});
}

}  // namespace

Status list_yolo_images(const SplitPaths& paths, const YoloSetFile& set_file, ReadSet& read) {
    std::vector<std::string> sources;
    const auto configured = set_file.config.paths.find(paths.split);
    if (paths.ann_file) sources = {*paths.ann_file};
    else if (paths.image_prefix) sources = {*paths.image_prefix};
    else if (configured != set_file.config.paths.end()) sources = configured->second;
    else if (set_file.file.empty()) sources = {fmt::format("images/{}", split_name(paths.split))};
    std::vector<fs::path> bases = set_file.bases;
    if (paths.own_root) bases = paths.roots;
    if (sources.empty() && paths.own_root) sources = {"."};
    if (sources.empty() && !set_file.readable) return {};  // the reason is already reported
    if (sources.empty())
        return not_found("'{}' has no path for the {} split; add '{}:' to it", set_file.file, split_name(paths.split),
                         split_name(paths.split));
    for (const std::string& requested : sources) {
        const FoundPath path = find_path(requested, bases, paths.several_roots);
        if (path.found.empty() && set_file.file.empty() && !paths.configured)
            return not_found("there is no folder '{}'; the {} split needs it, or a data.yaml with another path",
                             (paths.roots[0] / requested).native(), split_name(paths.split));
        if (path.found.empty())
            read.findings.push_back(
                {.kind = FindingKind::kMissingFile,
                 .file = set_file.file.empty() ? paths.roots[0].native() : set_file.file,
                 .found = fmt::format("there is no '{}' for the {} split", requested, split_name(paths.split)),
                 .fix = fmt::format("correct the path; it was looked up starting from '{}'", bases[0].native())});
        else if (is_folder(path.found.front())) list_from_folders(path, set_file.roots, read);
        else list_file(path.found.front(), bases, read);
    }
    if (read.set.images.empty() && !has_faults(read.findings))
        read.findings.push_back({.kind = FindingKind::kMissingFile,
                                 .file = find_path(sources[0], bases, false).found.front().native(),
                                 .found = "the path contains no images",
                                 .fix = "add images, or correct the path"});
    return {};
}

}  // namespace goetia
