#include "data/formats/folders.h"

#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "data/decode/decode.h"
#include "data/formats/classes.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

// Every picture below `folder`, as a sorted list of names relative to `root`; a fault when a folder cannot be read.
std::vector<std::string> pictures_below(const fs::path& root, const fs::path& folder, bool deep, FaultList& faults) {
    std::vector<std::string> names;
    std::error_code code;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::follow_directory_symlink, code);
    for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
        std::error_code no_matter;
        if (entry->is_directory(no_matter)) {
            if (!deep || is_hidden(entry->path())) entry.disable_recursion_pending();
        } else if (has_image_extension(entry->path()) && !is_hidden(entry->path())) {
            names.push_back(entry->path().lexically_relative(root).native());
        }
    }
    if (code)
        faults.add({.file = folder.native(), .message = fmt::format("cannot read the folder: {}", code.message())});
    std::sort(names.begin(), names.end());
    return names;
}

struct Classes {
    std::vector<std::string> names;
    std::string source;  // "'x/classes.txt'"
    std::map<std::string, std::int64_t> numbers;
};

Classes find_classes(const FolderPlan& plan, FaultList& faults) {
    Classes classes;
    if (plan.classes_file) {
        classes.names = read_classes(*plan.classes_file, faults);
        classes.source = fmt::format("'{}'", plan.classes_file->native());
    } else {
        const auto& folders = plan.train_folders.empty() ? plan.folders : plan.train_folders;
        classes.names = class_folders(folders);
        classes.source = fmt::format("'{}'", folders.empty() ? "" : folders.front().native());
    }
    check_count(plan.num_classes, classes.names.size(), classes.source, faults);
    classes.numbers = numbers_by_name(classes.names);
    return classes;
}

// The pictures of one class folder, or the fault it has.
void list_class(const fs::path& root, const std::string& name, std::uint32_t root_number, const Classes& classes,
                Listing& listing, FaultList& faults) {
    const auto number = classes.numbers.find(name);
    if (number == classes.numbers.end()) {
        faults.add({.file = (root / name).native(),
                    .message = fmt::format("the folder's name is none of the classes of {}; rename or remove it",
                                           classes.source),
                    .found = fmt::format("'{}'", name),
                    .allowed = some_of(classes.names),
                    .nearest = nearest_name(name, classes.names)});
        return;
    }
    std::vector<std::string> pictures = pictures_below(root, root / name, true, faults);
    if (pictures.empty()) {
        faults.add(
            {.file = (root / name).native(),
             .message = fmt::format("class folder '{}' holds no image; put images in or remove the folder", name),
             .allowed = "jpg, jpeg, png"});
    }
    for (std::string& picture : pictures) listing.files.push_back({std::move(picture), root_number, number->second});
}

void list_root(const FolderPlan& plan, std::uint32_t root_number, const Classes& classes, Listing& listing,
               FaultList& faults) {
    const fs::path& root = plan.folders[root_number];
    const std::vector<std::string> names = class_folders({root});
    std::vector<std::string> loose = pictures_below(root, root, false, faults);
    if (names.empty() && plan.split == Split::kTest) {
        for (std::string& picture : loose) listing.files.push_back({std::move(picture), root_number, -1});
        return;
    }
    for (const std::string& name : names) list_class(root, name, root_number, classes, listing, faults);
    if (!loose.empty()) {
        faults.add(
            {.file = root.native(),
             .message = fmt::format(
                 "{} images lie beside the class folders, the first is '{}'; move each into the folder of its class",
                 loose.size(), loose.front())});
    }
}

}  // namespace

std::vector<std::string> class_folders(const std::vector<fs::path>& folders) {
    std::vector<std::string> names;
    for (const fs::path& folder : folders) {
        std::error_code code;
        for (fs::directory_iterator entry(folder, code); !code && entry != fs::directory_iterator();
             entry.increment(code)) {
            std::error_code no_matter;
            if (entry->is_directory(no_matter) && !is_hidden(entry->path()))
                names.push_back(entry->path().filename().native());
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

Result<Listing> list_folders(const FolderPlan& plan) {
    FaultList faults;
    Listing listing;
    listing.roots = plan.folders;
    const Classes classes = find_classes(plan, faults);
    for (std::uint32_t i = 0; i < plan.folders.size(); ++i) list_root(plan, i, classes, listing, faults);
    if (listing.files.empty() && faults.empty()) {
        faults.add({.file = plan.folders.front().native(),
                    .message = "the folder holds no image; give each class a folder of its own with images in it",
                    .allowed = "jpg, jpeg, png"});
    }
    if (!faults.empty())
        return faults.as_error(fmt::format("the {} split cannot be used as it stands", split_name(plan.split)));
    listing.classes = classes.names;
    return listing;
}

}  // namespace goetia
