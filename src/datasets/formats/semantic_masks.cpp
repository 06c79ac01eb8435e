// The SemanticMasks format: one mask per image, single-channel or with a palette, with a class index per pixel.
#include <algorithm>
#include <map>
#include <set>

#include "datasets/formats/classes.h"
#include "datasets/formats/folders.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_report.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/split_paths.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// "a/b" of "a/b.jpg": the part of the name that an image shares with its mask.
std::string stem_before(const std::string& name, const std::string& suffix) {
    if (!suffix.empty()) return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
    return fs::path(name).replace_extension().native();
}

struct Mask {
    std::string name;
    bool used = false;  // by an image
};

// The masks of one root, by the part of the name that they share with the image.
struct MaskFolder {
    fs::path folder;
    bool exists = false;
    std::map<std::string, Mask> by_stem;
};

class SemanticMasks : public SetReader {
  public:
    static Schema schema() {
        return with_split_paths(
                   Schema("SemanticMasks", "Images, each with a mask whose pixels are class indices; 255 is ignored"),
                   "images/, masks/ and classes.txt", PrefixForm::kMapping)
            .with(text("img_suffix", "Suffix of the image names; null: any image extension").or_null())
            .with(text("mask_suffix", "Suffix of the mask names").fallback(".png"))
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below "
                       "the root")
                      .or_null());
    }

    static Result<std::unique_ptr<SemanticMasks>> make(const Args& args) {
        GOETIA_TRY(check_split_paths(args, PrefixForm::kMapping));
        return std::make_unique<SemanticMasks>(args);
    }

    explicit SemanticMasks(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPaths paths = split_paths(args_, split);
        GOETIA_TRY(check_folders(paths));
        ReadSet read;
        read.set.task = Task::kSemantic;
        const std::string name(split_name(split));
        const std::string images = paths.image_prefix.value_or("images/" + name),
                          masks = paths.mask_prefix.value_or("masks/" + name);
        std::vector<MaskFolder> folders;
        for (const fs::path& root : paths.roots) {
            folders.push_back(list_masks(root / masks, read.findings));
            if (is_folder(root / images)) read.set.roots.push_back(root / images);
        }
        if (read.set.roots.empty())
            return make_error(missing_split_code(paths),
                              "there is no folder '{}'; the {} split needs it, or a data_prefix with 'img' and 'mask'",
                              (paths.roots[0] / images).native(), name);
        pair(paths, folders, read);
        if (paths.ann_file) keep_listed(locate(*paths.ann_file, paths.roots), read);
        if (read.set.images.empty() && !has_faults(read.findings))
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = read.set.roots[0].native(),
                                     .found = "the folder contains no images",
                                     .fix = "add images, or correct data_prefix or img_suffix"});
        read_class_names(paths, read);
        return read;
    }

  private:
    [[nodiscard]] std::string image_suffix() const {
        return args_.is_null("img_suffix") ? "" : args_.text("img_suffix");
    }

    [[nodiscard]] MaskFolder list_masks(const fs::path& folder, std::vector<Finding>& findings) const {
        MaskFolder masks{.folder = folder, .exists = is_folder(folder)};
        if (!masks.exists) return masks;
        for (std::string& name : images_below(folder, folder, true, findings)) {
            if (!name.ends_with(args_.text("mask_suffix"))) continue;
            std::string stem = stem_before(name, args_.text("mask_suffix"));
            masks.by_stem.emplace(std::move(stem), Mask{std::move(name)});
        }
        return masks;
    }

    // Pairs images and masks, each from the first root that contains it; masks without an image are reported.
    void pair(const SplitPaths& paths, std::vector<MaskFolder>& folders, ReadSet& read) const {
        const bool labelled = std::ranges::any_of(folders, &MaskFolder::exists);
        if (!labelled && (paths.split != Split::kTest || paths.mask_prefix))
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = folders.front().folder.native(),
                                     .found = "the mask folder does not exist",
                                     .fix = "correct data_prefix, or add the masks"});
        std::set<std::string> names;
        for (std::uint32_t root = 0; root < read.set.roots.size(); ++root)
            list_images(root, labelled, names, folders, read);
        for (const MaskFolder& masks : folders) {
            for (const auto& [stem, mask] : masks.by_stem) {
                if (mask.used) continue;
                read.findings.push_back(
                    {.kind = FindingKind::kMissingImage,
                     .file = (masks.folder / mask.name).native(),
                     .id = stem,
                     .found = fmt::format("the mask has no image in '{}'", read.set.roots[0].native()),
                     .fix = "add the image, or remove the mask"});
            }
        }
    }

    void list_images(std::uint32_t root, bool labelled, std::set<std::string>& names, std::vector<MaskFolder>& folders,
                     ReadSet& read) const {
        const fs::path folder = read.set.roots[root];
        for (std::string& name : images_below(folder, folder, true, read.findings)) {
            if (!name.ends_with(image_suffix()) || !names.insert(name).second) continue;
            AnnotatedImage image;
            image.root = root;
            image.id = stem_before(name, image_suffix());
            image.name = std::move(name);
            for (MaskFolder& masks : folders) {
                const auto mask = masks.by_stem.find(image.id);
                if (mask == masks.by_stem.end()) continue;
                if (image.mask.empty()) image.mask = masks.folder / mask->second.name;
                mask->second.used = true;
            }
            if (!image.mask.empty() || !labelled) {
                read.set.images.push_back(std::move(image));
                continue;
            }
            const auto first = std::ranges::find(folders, true, &MaskFolder::exists);
            read.findings.push_back(
                {.kind = FindingKind::kUnlabelled,
                 .file = (folder / image.name).native(),
                 .id = image.id,
                 .found = fmt::format("the image has no mask '{}'",
                                      (first->folder / (image.id + args_.text("mask_suffix"))).native()),
                 .fix = "add the mask, or remove the image"});
        }
    }

    // Keeps the images that the list names, in its order.
    void keep_listed(const fs::path& list, ReadSet& read) const {
        const auto bytes = read_or_report(list, "correct ann_file; it lists one image per line", read.findings);
        if (!bytes) return;
        std::map<std::string, std::size_t> by_stem;
        for (std::size_t i = 0; i < read.set.images.size(); ++i) by_stem.emplace(read.set.images[i].id, i);
        std::vector<AnnotatedImage> kept;
        // Files that are not in the list belong to another split.
        std::erase_if(read.findings, [](const Finding& one) {
            return one.kind == FindingKind::kMissingImage || one.kind == FindingKind::kUnlabelled;
        });
        for_each_line(*bytes, [&](int line, std::string_view words) {
            if (words.empty()) return;
            auto found = by_stem.find(std::string(words));
            if (found == by_stem.end()) found = by_stem.find(stem_before(std::string(words), image_suffix()));
            if (found == by_stem.end()) {
                read.findings.push_back({.kind = FindingKind::kMissingFile,
                                         .file = list.native(),
                                         .line = line,
                                         .id = std::string(words),
                                         .found = fmt::format("there is no image '{}' with a mask", words),
                                         .fix = "add what is missing, or remove it from the list"});
                return;
            }
            AnnotatedImage image = read.set.images[found->second];
            image.location = {0, line};
            kept.push_back(std::move(image));
        });
        read.set.files = {list};
        read.set.images = std::move(kept);
    }

    void read_class_names(const SplitPaths& paths, ReadSet& read) const {
        const auto file = classes_file_of(args_, paths.shared_roots());
        const auto count = args_.is_null("num_classes") ? std::nullopt : std::optional(args_.integer("num_classes"));
        if (file) {
            read.set.classes = read_classes(*file, read.findings);
            check_count(count, read.set.classes.size(), file->native(), read.findings);
        } else if (count) {
            for (std::int64_t i = 0; i < *count; ++i) read.set.classes.push_back(std::to_string(i));
        } else {
            read.findings.push_back(
                {.kind = FindingKind::kMissingFile,
                 .file = paths.roots[0].native(),
                 .found = "the set has no classes.txt, so the meaning of the mask values is unknown",
                 .fix = "add one with a class name per line, or set num_classes"});
        }
    }

    Args args_;
};

}  // namespace

Status add_semantic_masks(ReaderRegistry& registry) { return registry.add<SemanticMasks>(); }

}  // namespace goetia
