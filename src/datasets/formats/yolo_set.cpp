#include "datasets/formats/yolo_set.h"

#include "base/files.h"
#include "datasets/formats/read_or_report.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// dataset.yaml of goetia's own: it has a section of that name, which no file of YOLO has.
bool is_dataset_file(const fs::path& file) {
    if (file.filename() != "dataset.yaml") return false;
    const auto text = read_file(file);
    return text && (text->starts_with("dataset:") || text->find("\ndataset:") != std::string::npos);
}

fs::path find_set_file(const std::optional<std::string>& data_yaml, const SplitPaths& paths) {
    if (data_yaml) return locate(*data_yaml, paths.set_roots);
    for (const fs::path& root : paths.shared_roots()) {
        std::vector<fs::path> files;
        std::error_code code;
        for (fs::directory_iterator entry(root, code); !code && entry != fs::directory_iterator();
             entry.increment(code)) {
            const fs::path extension = entry->path().extension();
            if ((extension == ".yaml" || extension == ".yml") && !is_dataset_file(entry->path()))
                files.push_back(entry->path());
            if (entry->path().filename() == "data.yaml") return entry->path();
        }
        if (files.size() == 1) return files[0];
    }
    return {};
}

}  // namespace

YoloSetFile read_yolo_set_file(const std::optional<std::string>& data_yaml, const SplitPaths& paths,
                               std::vector<Finding>& findings) {
    YoloSetFile set_file;
    const fs::path file = find_set_file(data_yaml, paths);
    set_file.bases = paths.shared_roots();
    set_file.roots = paths.set_roots;
    if (file.empty()) return set_file;
    set_file.file = file.native();
    const auto bytes = read_or_report(file, "correct data_yaml", findings);
    if (bytes) set_file.config = parse_data_yaml(*bytes, file.native());
    set_file.readable = bytes && (!set_file.config.paths.empty() || !has_faults(set_file.config.findings));
    if (!bytes) return set_file;
    std::ranges::move(set_file.config.findings, std::back_inserter(findings));
    const fs::path path = set_file.config.path, own = file.parent_path();
    set_file.bases.insert(set_file.bases.begin(), own);
    if (!path.empty() && is_folder(own / path)) set_file.bases.insert(set_file.bases.begin(), own / path);
    else if (!path.empty() && is_folder(path)) set_file.bases.insert(set_file.bases.begin(), path);
    else if (!path.empty())
        findings.push_back({.kind = FindingKind::kMissingFile,
                            .file = file.native(),
                            .found = fmt::format("'path' is '{}', and there is no such folder", path.native()),
                            .fix = "correct it; the set is looked up beside the file and below data_root",
                            .severity = Severity::kWarning});
    return set_file;
}

fs::path yolo_label_file(const fs::path& picture) {
    std::string path = fs::absolute(picture).native();
    constexpr std::string_view kImages = "/images/";
    if (const std::size_t at = path.rfind(kImages); at != std::string::npos)
        path.replace(at, kImages.size(), "/labels/");
    return fs::path(path).replace_extension(".txt");
}

fs::path find_yolo_labels(const fs::path& picture, const std::vector<fs::path>& roots) {
    fs::path beside = yolo_label_file(picture);
    if (roots.size() < 2 || is_file(beside)) return beside;
    for (const fs::path& own : roots) {
        const fs::path below = beside.lexically_normal().lexically_relative(fs::absolute(own / ".").lexically_normal());
        if (below.empty() || *below.begin() == "..") continue;
        for (const fs::path& other : roots) {
            if (is_file(other / below)) return other / below;
        }
    }
    return beside;
}

}  // namespace goetia
