#include "datasets/formats/folders.h"

#include <algorithm>
#include <map>
#include <set>
#include <sys/stat.h>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

struct Classes {
    std::vector<std::string> names;
    std::string source;  // the file or folder that named them
    std::map<std::string, std::int64_t> numbers;
};

Classes find_classes(const FolderPlan& plan, std::vector<Finding>& findings) {
    Classes classes;
    if (plan.classes_file) {
        classes.names = read_classes(*plan.classes_file, findings);
        classes.source = plan.classes_file->native();
    } else {
        const auto& folders = plan.train_folders.empty() ? plan.folders : plan.train_folders;
        classes.names = class_folders(folders);
        classes.source = folders.empty() ? "" : folders.front().native();
    }
    check_count(plan.num_classes, classes.names.size(), classes.source, findings);
    classes.numbers = numbers_by_name(classes.names);
    return classes;
}

AnnotatedImage image_of(std::string name, std::uint32_t root, std::int64_t label) {
    AnnotatedImage image;
    image.name = std::move(name);
    image.root = root;
    image.label = label;
    return image;
}

// The images of one class folder, or what is wrong with it.
void list_class(const fs::path& root, const std::string& name, std::uint32_t root_number, const Classes& classes,
                ReadSet& read) {
    const std::string folder = (root / name).native();
    const auto number = classes.numbers.find(name);
    const bool no_class_known = classes.names.empty();  // reported for the classes file, not for each folder
    if (number == classes.numbers.end() && !no_class_known) {
        const std::string near = nearest_name(name, classes.names);
        read.findings.push_back({.kind = FindingKind::kUnknownClass,
                                 .file = folder,
                                 .id = name,
                                 .found = fmt::format("the folder name '{}' is not a class of '{}' ({})", name,
                                                      classes.source, some_of(classes.names)),
                                 .fix = near.empty() ? "rename or remove it"
                                                     : fmt::format("rename or remove it; did you mean '{}'?", near)});
        return;
    }
    const std::int64_t label = no_class_known ? -1 : number->second;
    if (const std::string whole = label < 0 ? name : classes.names[static_cast<std::size_t>(label)]; whole != name)
        read.findings.push_back({.kind = FindingKind::kUnknownClass,
                                 .file = folder,
                                 .id = name,
                                 .found = fmt::format("'{}' is read as the class '{}'", name, whole),
                                 .fix = "no action needed if this is intended",
                                 .severity = Severity::kNote});
    std::vector<std::string> pictures = images_below(root, root / name, true, read.findings);
    if (pictures.empty())
        read.findings.push_back({.kind = FindingKind::kEmptyClass,
                                 .file = folder,
                                 .id = name,
                                 .found = fmt::format("class folder '{}' contains no images", name),
                                 .fix = "add images or remove the folder"});
    for (std::string& picture : pictures) read.set.images.push_back(image_of(std::move(picture), root_number, label));
}

void list_root(const FolderPlan& plan, std::uint32_t root_number, const Classes& classes, ReadSet& read) {
    const fs::path& root = plan.folders[root_number];
    const std::vector<std::string> names = class_folders({root});
    std::vector<std::string> loose = images_below(root, root, false, read.findings);
    if (names.empty() && plan.split == Split::kTest) {
        for (std::string& picture : loose) read.set.images.push_back(image_of(std::move(picture), root_number, -1));
        return;
    }
    for (const std::string& name : names) list_class(root, name, root_number, classes, read);
    if (!loose.empty())
        read.findings.push_back({.kind = FindingKind::kUnlabelled,
                                 .file = root.native(),
                                 .id = loose.front(),
                                 .found = fmt::format("{} images are outside of the class folders, the first is '{}'",
                                                      loose.size(), loose.front()),
                                 .fix = "move each into its class folder"});
}

// Visits each folder once, whatever links lead to it; real folders come before links, so that a file keeps its own
// path.
class Walk {
  public:
    Walk(const fs::path& root, bool recursive, bool (*matches)(const fs::path&), std::vector<Finding>& findings)
        : root_(root), recursive_(recursive), matches_(matches), findings_(findings) {}

    std::vector<std::string> below(const fs::path& folder) {
        mark_parents(folder);
        enter(folder);
        while (!folders_.empty() || !links_.empty()) {
            while (!folders_.empty()) {
                const fs::path next = std::move(folders_.back());
                folders_.pop_back();
                list(next);
            }
            if (links_.empty()) break;
            enter(links_.extract(links_.begin()).value());
        }
        std::sort(names_.begin(), names_.end());
        return std::move(names_);
    }

  private:
    // False if it was visited before.
    bool mark(const fs::path& folder) {
        struct stat info{};
        return ::stat(folder.c_str(), &info) != 0 || seen_.emplace(info.st_dev, info.st_ino).second;
    }

    // Its parent folders: a link to one of them would lead in a circle.
    void mark_parents(const fs::path& folder) {
        std::error_code code;
        fs::path whole = fs::absolute(folder, code).lexically_normal();
        if (!whole.has_filename()) whole = whole.parent_path();
        while (whole.has_relative_path()) mark(whole = whole.parent_path());
    }

    void enter(const fs::path& folder) {
        std::error_code ignored;
        if (mark(folder)) folders_.push_back(folder);
        else
            add(FindingKind::kDuplicateImage, folder,
                fmt::format("a link leads back to '{}'; its files are used once",
                            fs::canonical(folder, ignored).native()),
                "no action needed, or remove the link");
    }

    void list(const fs::path& folder) {
        std::error_code code;
        for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
             entry.increment(code)) {
            std::error_code ignored;
            const fs::path& path = entry->path();
            if (is_hidden(path)) continue;
            if (!entry->is_directory(ignored)) {
                if (matches_(path)) names_.push_back(path.lexically_relative(root_).native());
            } else if (recursive_) {
                entry->is_symlink(ignored) ? void(links_.insert(path)) : enter(path);
            }
        }
        if (code)
            add(FindingKind::kMissingFile, folder, fmt::format("the folder cannot be read: {}", code.message()),
                "correct its path or its permissions");
    }

    void add(FindingKind kind, const fs::path& folder, std::string found, std::string fix) {
        findings_.push_back({.kind = kind, .file = folder.native(), .found = std::move(found), .fix = std::move(fix)});
    }

    const fs::path& root_;
    bool recursive_;
    bool (*matches_)(const fs::path&);
    std::vector<Finding>& findings_;
    std::vector<std::string> names_;
    std::vector<fs::path> folders_;
    std::set<fs::path> links_;
    std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

std::vector<std::string> files_below(const fs::path& root, const fs::path& folder, bool recursive,
                                     bool (*matches)(const fs::path&), std::vector<Finding>& findings) {
    return Walk(root, recursive, matches, findings).below(folder);
}

std::vector<std::string> images_below(const fs::path& root, const fs::path& folder, bool recursive,
                                      std::vector<Finding>& findings) {
    const auto is_image = [](const fs::path& path) {
        return has_image_extension(path) || has_unsupported_image_extension(path);
    };
    std::vector<std::string> names = files_below(root, folder, recursive, is_image, findings);
    const auto unread = std::stable_partition(names.begin(), names.end(),
                                              [](const std::string& name) { return has_image_extension(name); });
    if (unread == names.end()) return names;
    findings.push_back({.kind = FindingKind::kUnreadableImage,
                        .file = (root / *unread).native(),
                        .found = fmt::format("'{}' contains {} {} in an unsupported format, skipped", folder.native(),
                                             names.end() - unread, names.end() - unread == 1 ? "image" : "images"),
                        .fix = "convert them to PNG or JPEG, or move them away",
                        .severity = Severity::kWarning});
    names.erase(unread, names.end());
    return names;
}

std::vector<std::string> class_folders(const std::vector<fs::path>& folders) {
    std::vector<std::string> names;
    for (const fs::path& folder : folders) {
        std::error_code code;
        for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
             entry.increment(code)) {
            std::error_code ignored;
            if (entry->is_directory(ignored) && !is_hidden(entry->path()))
                names.push_back(entry->path().filename().native());
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

ReadSet list_folders(const FolderPlan& plan) {
    ReadSet read;
    read.set.roots = plan.folders;
    Classes classes = find_classes(plan, read.findings);
    for (std::uint32_t i = 0; i < plan.folders.size(); ++i) list_root(plan, i, classes, read);
    if (read.set.images.empty() && read.findings.empty())
        read.findings.push_back({.kind = FindingKind::kMissingFile,
                                 .file = plan.folders.front().native(),
                                 .found = "the folder contains no images",
                                 .fix = "create a folder with images for each class"});
    read.set.classes = std::move(classes.names);
    return read;
}

}  // namespace goetia
