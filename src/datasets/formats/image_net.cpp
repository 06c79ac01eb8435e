#include <algorithm>

#include "datasets/formats/classes.h"
#include "datasets/formats/folders.h"
#include "datasets/formats/label_list.h"
#include "datasets/formats/split_paths.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The class folders of a split: those that exist, and all candidates for messages.
struct Folders {
    std::vector<fs::path> found;
    std::vector<std::string> candidates;

    void look(const fs::path& folder) {
        candidates.push_back(fmt::format("'{}'", folder.native()));
        if (is_folder(folder)) found.push_back(folder);
    }
};

Folders folders_of(const SplitPaths& paths) {
    Folders folders;
    const std::string prefix = paths.image_prefix.value_or("");
    if (paths.own_root) {
        folders.look(paths.roots[0] / prefix);
        return folders;
    }
    for (const fs::path& root : paths.roots) {
        const fs::path below = root / (prefix.empty() ? std::string(split_name(paths.split)) : prefix);
        // One of data_roots may be the training folder itself.
        const bool itself = paths.several_roots && prefix.empty() && paths.split == Split::kTrain && !is_folder(below);
        folders.look(itself ? root : below);
    }
    return folders;
}

// A root whose listed paths may begin with its own name: "train/cat/1.jpg" below ".../train".
class ListRoot {
  public:
    // Decided by the first hundred paths: those that exist as they are written, and those that do without the name.
    ListRoot(const fs::path& root, const std::vector<LabelledPath>& listed) : root_(root) {
        constexpr std::size_t kProbed = 100;
        fs::path last = root.lexically_normal();
        if (!last.has_filename()) last = last.parent_path();
        start_ = last.filename().native() + "/";
        std::size_t written = 0, named = 0;
        for (std::size_t i = 0; i < std::min(listed.size(), kProbed); ++i) {
            if (!listed[i].path.starts_with(start_)) continue;
            if (is_file(root / listed[i].path)) ++written;
            else if (is_file(root / without_name(listed[i].path))) ++named;
        }
        is_named_ = named > written;
    }

    [[nodiscard]] std::string name_of(const std::string& path) const {
        return is_named_ && path.starts_with(start_) ? without_name(path) : path;
    }
    [[nodiscard]] bool has(const std::string& path) const {
        std::error_code code;
        return fs::exists(root_ / name_of(path), code);
    }

  private:
    [[nodiscard]] std::string without_name(const std::string& path) const { return path.substr(start_.size()); }

    fs::path root_;
    std::string start_;
    bool is_named_ = false;
};

class ImageNet : public SetReader {
  public:
    static Schema schema() {
        return with_split_paths(
                   Schema("ImageNet", "Class folders or lists of 'path label' lines, from one root or several"),
                   "train/, val/ and test/", PrefixForm::kText)
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(
                text("classes_file",
                     "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below the "
                     "root; else the class folders' names, sorted")
                    .or_null());
    }

    static Result<std::unique_ptr<ImageNet>> make(const Args& args) {
        GOETIA_TRY(check_split_paths(args, PrefixForm::kText));
        return std::make_unique<ImageNet>(args);
    }

    explicit ImageNet(const Args& args) : args_(args) {
        if (!args_.is_null("num_classes")) num_classes_ = args_.integer("num_classes");
    }

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPaths paths = split_paths(args_, split);
        GOETIA_TRY(check_folders(paths));
        return paths.ann_file ? read_list(paths) : read_folders(paths);
    }

  private:
    [[nodiscard]] Result<ReadSet> read_folders(const SplitPaths& paths) const {
        const Folders folders = folders_of(paths);
        if (folders.found.empty()) {
            return make_error(
                missing_split_code(paths),
                "there is no folder {}; the {} split needs it, with one folder of images for each class, or an "
                "ann_file; dataset.split can divide one folder",
                fmt::join(folders.candidates, " or "), split_name(paths.split));
        }
        FolderPlan plan{.folders = folders.found, .split = paths.split};
        const SplitPaths train = split_paths(args_, Split::kTrain);
        if (!train.ann_file) plan.train_folders = folders_of(train).found;
        plan.classes_file = classes_file_of(args_, paths.set_roots);
        plan.num_classes = num_classes_;
        ReadSet read = list_folders(plan);
        if (paths.set_roots.size() == 1 && !paths.own_root)
            report_unused_list(paths.set_roots[0], paths.split, true, read);
        return read;
    }

    // Class names for a list: from a classes file, else the indices themselves, as many as the lists use.
    [[nodiscard]] std::vector<std::string> classes_for_lists(const SplitPaths& paths, const fs::path& list,
                                                             std::vector<Finding>& findings) const {
        std::vector<fs::path> folders = paths.set_roots;
        if (paths.own_root) folders.push_back(paths.roots[0]);
        folders.push_back(list.parent_path());
        if (const auto file = classes_file_of(args_, folders)) {
            auto classes = read_classes(*file, findings);
            check_count(num_classes_, classes.size(), file->native(), findings);
            return classes;
        }
        std::int64_t number = num_classes_.value_or(0);
        for (const Split split : {Split::kTrain, Split::kVal}) {
            const SplitPaths other = split_paths(args_, split);
            if (num_classes_ || !other.ann_file) continue;
            std::vector<Finding> reported_elsewhere;  // by opening that split itself
            for (const auto& one : read_label_list(locate(*other.ann_file, other.roots), {}, reported_elsewhere))
                number = std::max(number, one.label + 1);
        }
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < number; ++i) names.push_back(std::to_string(i));
        return names;
    }

    [[nodiscard]] ReadSet read_list(const SplitPaths& paths) const {
        ReadSet read;
        AnnotatedSet& set = read.set;
        const fs::path list = locate(*paths.ann_file, paths.roots);
        set.classes = classes_for_lists(paths, list, read.findings);
        set.files = {list};
        const std::string prefix = paths.image_prefix.value_or("");
        for (const fs::path& root : paths.roots) set.roots.push_back(prefix.empty() ? root : root / prefix);
        const LabelListPlan plan{
            .labels_needed = paths.split != Split::kTest,
            .classes = set.classes.empty() ? std::nullopt : std::optional<std::int64_t>(set.classes.size())};
        const std::vector<LabelledPath> listed = read_label_list(list, plan, read.findings);
        std::vector<ListRoot> roots;
        for (const fs::path& root : set.roots) roots.emplace_back(root, listed);
        for (const LabelledPath& one : listed) {
            AnnotatedImage image;
            // A single root is not probed; of several it is the first that has the file.
            for (std::uint32_t i = 0; roots.size() > 1 && i < roots.size(); ++i) {
                if (!roots[i].has(one.path)) continue;
                image.root = i;
                break;
            }
            image.name = roots[image.root].name_of(one.path);
            image.label = one.label;
            image.location.line = one.line;
            set.images.push_back(std::move(image));
        }
        check_first_files(
            set.images.size(), [&](std::size_t i) { return set.path(set.images[i]); }, list.native(), read.findings);
        return read;
    }

    Args args_;
    std::optional<std::int64_t> num_classes_;
};

}  // namespace

Status add_image_net(ReaderRegistry& registry) { return registry.add<ImageNet>(); }

}  // namespace goetia
