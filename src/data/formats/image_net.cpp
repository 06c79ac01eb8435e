#include <algorithm>

#include "base/json.h"
#include "data/formats/classes.h"
#include "data/formats/folders.h"
#include "data/formats/label_list.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Schema split_schema() {
    return Schema("a split of ImageNet", "Where one split's pictures and labels are")
        .with(text("data_root", "The split's own folder, in place of the data set's").or_null())
        .with(text("ann_file", "Lines of 'path label'; without it each class is a folder").or_null())
        .with(text("data_prefix", "Stands before every path, below the root").fallback(""));
}

// The `dataset` section with the types it was checked for.
struct Section {
    std::vector<fs::path> roots;       // data_roots, or data_root alone
    bool several = false;              // said as data_roots: each may be the training folder itself
    std::optional<fs::path> own_root;  // of the split
    std::optional<fs::path> ann_file;
    std::string prefix;
};

Section section_of(const Args& args, Split split) {
    const Json given =
        args.is_null(std::string(split_name(split))) ? Json::object() : args.json().at(std::string(split_name(split)));
    const Args own(split_schema().complete(given));
    Section section;
    section.several = !args.is_null("data_roots");
    if (section.several) {
        for (const auto& root : args.list<std::string>("data_roots")) section.roots.emplace_back(root);
    } else if (!args.is_null("data_root")) {
        section.roots.emplace_back(args.text("data_root"));
    }
    if (!own.is_null("data_root")) section.own_root = own.text("data_root");
    if (!own.is_null("ann_file")) section.ann_file = own.text("ann_file");
    section.prefix = own.text("data_prefix");
    return section;
}

std::vector<fs::path> roots_of(const Section& section) {
    return section.own_root ? std::vector<fs::path>{*section.own_root} : section.roots;
}

bool is_folder(const fs::path& path) {
    std::error_code code;
    return fs::is_directory(path, code);
}

// Where a split's class folders may be, in words for a message and as those that exist.
struct Places {
    std::vector<fs::path> found;
    std::vector<std::string> looked_at;

    void look(const fs::path& folder) {
        looked_at.push_back(fmt::format("'{}'", folder.native()));
        if (is_folder(folder)) found.push_back(folder);
    }
};

Places folders_of(const Section& section, Split split) {
    Places places;
    if (section.own_root) {
        places.look(*section.own_root / section.prefix);
        return places;
    }
    for (const fs::path& root : section.roots) {
        const fs::path below = root / (section.prefix.empty() ? std::string(split_name(split)) : section.prefix);
        const bool itself = section.several && section.prefix.empty() && split == Split::kTrain && !is_folder(below);
        places.look(itself ? root : below);
    }
    return places;
}

// A relative ann_file is looked for below the roots first, then from where the program runs.
fs::path locate(const fs::path& file, const std::vector<fs::path>& roots) {
    if (file.is_absolute()) return file;
    for (const fs::path& root : roots) {
        std::error_code code;
        if (fs::exists(root / file, code)) return root / file;
    }
    return file;
}

constexpr std::size_t kLookedAt = 100;

// The first root that has the file; the first of all when none has (the loader's policy for broken samples decides).
std::uint32_t root_with(const std::vector<fs::path>& roots, const std::string& name) {
    for (std::uint32_t i = 0; i < roots.size(); ++i) {
        std::error_code code;
        if (fs::exists(roots[i] / name, code)) return i;
    }
    return 0;
}

// A wrong root is told at once; a single missing file among many is not looked for (that costs a look at each file).
void check_first_files(const Listing& listing, const fs::path& list, FaultList& faults) {
    const std::size_t count = std::min(listing.files.size(), kLookedAt);
    for (std::size_t i = 0; i < count; ++i) {
        std::error_code code;
        if (fs::exists(listing.roots[listing.files[i].root] / listing.files[i].name, code)) return;
    }
    if (count == 0) return;
    faults.add({.file = list.native(),
                .line = 1,
                .message = fmt::format("none of the first {} listed files exists, the first would be '{}'; correct "
                                       "data_root, data_roots or data_prefix",
                                       count, (listing.roots[0] / listing.files[0].name).native())});
}

class ImageNet : public ListedDataset {
  public:
    using ListedDataset::ListedDataset;

    static Schema schema() {
        return Schema("ImageNet", "Class folders or lists of 'path label' lines, from one root or several")
            .with(text("data_root", "The folder that holds train/, val/ and test/").or_null())
            .with(texts("data_roots",
                        "Several roots in place of data_root; a listed file is taken from the first that has it")
                      .or_null())
            .with(object("train", "data_root, ann_file, data_prefix of this split").or_null())
            .with(object("val", "data_root, ann_file, data_prefix of this split").or_null())
            .with(object("test", "data_root, ann_file, data_prefix of this split; it may be without labels").or_null())
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; else meta/classes.txt or classes.txt below the root; else "
                       "the class folders' names, sorted")
                      .or_null());
    }

    static Result<std::unique_ptr<ImageNet>> make(const Args& args, Split split) {
        GOETIA_TRY(check_sections(args));
        const Section section = section_of(args, split);
        GOETIA_TRY(check_roots(section, split));
        GOETIA_ASSIGN(Listing listing, section.ann_file ? list_annotated(args, section, split)
                                                        : list_class_folders(args, section, split));
        return std::make_unique<ImageNet>(std::move(listing));
    }

  private:
    static Status check_sections(const Args& args) {
        Error error = invalid("the data set cannot be used as it stands");
        for (const std::string split : {"train", "val", "test"}) {
            if (args.is_null(split)) continue;
            const auto faults = split_schema().check(args.json().at(split), "dataset." + split);
            error.faults.insert(error.faults.end(), faults.begin(), faults.end());
        }
        if (!error.faults.empty()) return error;
        return {};
    }

    static Status check_roots(const Section& section, Split split) {
        FaultList faults;
        const auto roots = roots_of(section);
        if (roots.empty()) {
            faults.add({.path = "dataset.data_root",
                        .message = fmt::format("the {} split has no folder; set data_root, data_roots or {}.data_root",
                                               split_name(split), split_name(split)),
                        .found = "nothing"});
        }
        const std::string said = section.own_root  ? fmt::format("dataset.{}.data_root", split_name(split))
                                 : section.several ? "dataset.data_roots"
                                                   : "dataset.data_root";
        for (const fs::path& root : roots) {
            if (!is_folder(root))
                faults.add({.path = said,
                            .message = "there is no such folder; correct the path",
                            .found = fmt::format("'{}'", root.native())});
        }
        if (faults.empty()) return {};
        Error error = faults.as_error(fmt::format("the {} split cannot be used as it stands", split_name(split)));
        error.code = Code::kNotFound;
        return error;
    }

    static std::optional<std::int64_t> count_of(const Args& args) {
        return args.is_null("num_classes") ? std::nullopt : std::optional(args.integer("num_classes"));
    }

    static Result<Listing> list_class_folders(const Args& args, const Section& section, Split split) {
        const Places places = folders_of(section, split);
        if (places.found.empty()) {
            return not_found(
                "there is no folder {}; the {} split needs it, with one folder of images for each class, or an "
                "ann_file",
                fmt::join(places.looked_at, " or "), split_name(split));
        }
        FolderPlan plan{.folders = places.found, .split = split};
        const Section train = section_of(args, Split::kTrain);
        if (!train.ann_file) plan.train_folders = folders_of(train, Split::kTrain).found;
        plan.classes_file =
            args.is_null("classes_file") ? find_classes_file(section.roots) : fs::path(args.text("classes_file"));
        plan.num_classes = count_of(args);
        return list_folders(plan);
    }

    // The names when a list is given: a classes file, else the numbers themselves, as many as training needs.
    static std::vector<std::string> classes_for_lists(const Args& args, const Section& section, FaultList& faults) {
        std::vector<fs::path> places = section.roots;
        if (section.own_root) places.push_back(*section.own_root);
        places.push_back(locate(*section.ann_file, roots_of(section)).parent_path());
        const auto file =
            args.is_null("classes_file") ? find_classes_file(places) : fs::path(args.text("classes_file"));
        const auto count = count_of(args);
        if (file) {
            auto classes = read_classes(*file, faults);
            check_count(count, classes.size(), fmt::format("'{}'", file->native()), faults);
            return classes;
        }
        std::int64_t number = count.value_or(0);
        for (const Split split : {Split::kTrain, Split::kVal}) {
            const Section other = section_of(args, split);
            if (count || !other.ann_file) continue;
            FaultList told_elsewhere;  // when that split itself is opened
            for (const auto& one :
                 read_label_list(locate(*other.ann_file, roots_of(other)), true, std::nullopt, told_elsewhere))
                number = std::max(number, one.label + 1);
        }
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < number; ++i) names.push_back(std::to_string(i));
        return names;
    }

    static Result<Listing> list_annotated(const Args& args, const Section& section, Split split) {
        FaultList faults;
        Listing listing;
        listing.classes = classes_for_lists(args, section, faults);
        for (const fs::path& root : roots_of(section))
            listing.roots.push_back(section.prefix.empty() ? root : root / section.prefix);
        const fs::path list = locate(*section.ann_file, roots_of(section));
        const std::optional<std::int64_t> known =
            listing.classes.empty() ? std::nullopt : std::optional<std::int64_t>(listing.classes.size());
        for (LabelledPath& one : read_label_list(list, split != Split::kTest, known, faults)) {
            const std::uint32_t root = listing.roots.size() > 1 ? root_with(listing.roots, one.path) : 0;
            listing.files.push_back({std::move(one.path), root, one.label});
        }
        check_first_files(listing, list, faults);
        if (!faults.empty())
            return faults.as_error(fmt::format("the {} split cannot be used as it stands", split_name(split)));
        return listing;
    }
};

}  // namespace

Status add_image_net(DatasetRegistry& registry) { return registry.add<ImageNet>(); }

}  // namespace goetia
