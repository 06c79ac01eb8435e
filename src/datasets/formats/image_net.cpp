#include <algorithm>

#include "datasets/formats/classes.h"
#include "datasets/formats/folders.h"
#include "datasets/formats/label_list.h"
#include "datasets/formats/places.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Where a split's class folders may be, in words for a message and as those that exist.
struct Folders {
    std::vector<fs::path> found;
    std::vector<std::string> looked_at;

    void look(const fs::path& folder) {
        looked_at.push_back(fmt::format("'{}'", folder.native()));
        if (is_folder(folder)) found.push_back(folder);
    }
};

Folders folders_of(const SplitPlaces& places) {
    Folders folders;
    const std::string prefix = places.image_prefix.value_or("");
    if (places.own_root) {
        folders.look(places.roots[0] / prefix);
        return folders;
    }
    for (const fs::path& root : places.roots) {
        const fs::path below = root / (prefix.empty() ? std::string(split_name(places.split)) : prefix);
        // One of data_roots may be the training folder itself.
        const bool itself = places.several && prefix.empty() && places.split == Split::kTrain && !is_folder(below);
        folders.look(itself ? root : below);
    }
    return folders;
}

class ImageNet : public SetReader {
  public:
    static Schema schema() {
        return with_places(Schema("ImageNet", "Class folders or lists of 'path label' lines, from one root or several"),
                           "train/, val/ and test/", PrefixForm::kText)
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(
                text("classes_file",
                     "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below the "
                     "root; else the class folders' names, sorted")
                    .or_null());
    }

    static Result<std::unique_ptr<ImageNet>> make(const Args& args) {
        GOETIA_TRY(check_places(args, PrefixForm::kText));
        return std::make_unique<ImageNet>(args);
    }

    explicit ImageNet(const Args& args) : args_(args) {
        if (!args_.is_null("num_classes")) num_classes_ = args_.integer("num_classes");
    }

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPlaces places = places_of(args_, split);
        GOETIA_TRY(check_folders(places));
        return places.ann_file ? read_list(places) : read_folders(places);
    }

  private:
    [[nodiscard]] Result<ReadSet> read_folders(const SplitPlaces& places) const {
        const Folders folders = folders_of(places);
        if (folders.found.empty()) {
            return make_error(
                absence_of(places),
                "there is no folder {}; the {} split needs it, with one folder of images for each class, or an "
                "ann_file; dataset.split can divide one folder",
                fmt::join(folders.looked_at, " or "), split_name(places.split));
        }
        FolderPlan plan{.folders = folders.found, .split = places.split};
        const SplitPlaces train = places_of(args_, Split::kTrain);
        if (!train.ann_file) plan.train_folders = folders_of(train).found;
        plan.classes_file = classes_file_of(args_, places.set_roots);
        plan.num_classes = num_classes_;
        return list_folders(plan);
    }

    // The names when a list is given: a classes file, else the numbers themselves, as many as training needs.
    [[nodiscard]] std::vector<std::string> classes_for_lists(const SplitPlaces& places, const fs::path& list,
                                                             std::vector<Finding>& findings) const {
        std::vector<fs::path> folders = places.set_roots;
        if (places.own_root) folders.push_back(places.roots[0]);
        folders.push_back(list.parent_path());
        if (const auto file = classes_file_of(args_, folders)) {
            auto classes = read_classes(*file, findings);
            check_count(num_classes_, classes.size(), file->native(), findings);
            return classes;
        }
        std::int64_t number = num_classes_.value_or(0);
        for (const Split split : {Split::kTrain, Split::kVal}) {
            const SplitPlaces other = places_of(args_, split);
            if (num_classes_ || !other.ann_file) continue;
            std::vector<Finding> told_elsewhere;  // when that split itself is opened
            for (const auto& one : read_label_list(locate(*other.ann_file, other.roots), {}, told_elsewhere))
                number = std::max(number, one.label + 1);
        }
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < number; ++i) names.push_back(std::to_string(i));
        return names;
    }

    [[nodiscard]] ReadSet read_list(const SplitPlaces& places) const {
        ReadSet read;
        AnnotatedSet& set = read.set;
        const fs::path list = locate(*places.ann_file, places.roots);
        set.classes = classes_for_lists(places, list, read.findings);
        set.files = {list};
        const std::string prefix = places.image_prefix.value_or("");
        for (const fs::path& root : places.roots) set.roots.push_back(prefix.empty() ? root : root / prefix);
        const LabelListPlan plan{
            .labels_needed = places.split != Split::kTest,
            .classes = set.classes.empty() ? std::nullopt : std::optional<std::int64_t>(set.classes.size())};
        for (LabelledPath& one : read_label_list(list, plan, read.findings)) {
            AnnotatedImage image;
            image.root = first_root_with(set.roots, one.path);
            image.name = std::move(one.path);
            image.label = one.label;
            image.place.line = one.line;
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
