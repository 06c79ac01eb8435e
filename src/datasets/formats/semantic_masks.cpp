// Semantic segmentation: a mask for each picture, of one channel or with a palette, a class number to a pixel.
#include <algorithm>
#include <map>
#include <set>

#include "datasets/formats/classes.h"
#include "datasets/formats/folders.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/places.h"
#include "datasets/formats/read_or_tell.h"
#include "datasets/formats/reader.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// "a/b" of "a/b.jpg": what a picture and its mask share.
std::string stem_of(const std::string& name, const std::string& suffix) {
    if (!suffix.empty()) return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
    return fs::path(name).replace_extension().native();
}

struct Mask {
    std::string name;
    bool taken = false;  // by a picture
};

// The masks below one root, by what each shares with its picture.
struct MaskFolder {
    fs::path folder;
    bool there = false;
    std::map<std::string, Mask> by_stem;
};

class SemanticMasks : public SetReader {
  public:
    static Schema schema() {
        return with_places(Schema("SemanticMasks",
                                  "Pictures, and for each a mask whose pixels are class numbers; 255 is ignored"),
                           "images/, masks/ and classes.txt", PrefixForm::kMapping)
            .with(text("img_suffix", "Ends the pictures' names; null: any picture's extension").or_null())
            .with(text("mask_suffix", "Ends the masks' names").fallback(".png"))
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below "
                       "the root")
                      .or_null());
    }

    static Result<std::unique_ptr<SemanticMasks>> make(const Args& args) {
        GOETIA_TRY(check_places(args, PrefixForm::kMapping));
        return std::make_unique<SemanticMasks>(args);
    }

    explicit SemanticMasks(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPlaces places = places_of(args_, split);
        GOETIA_TRY(check_folders(places));
        ReadSet read;
        read.set.task = Task::kSemantic;
        const std::string name(split_name(split));
        const std::string images = places.image_prefix.value_or("images/" + name),
                          masks = places.mask_prefix.value_or("masks/" + name);
        std::vector<MaskFolder> folders;
        for (const fs::path& root : places.roots) {
            folders.push_back(list_masks(root / masks, read.findings));
            if (is_folder(root / images)) read.set.roots.push_back(root / images);
        }
        if (read.set.roots.empty())
            return make_error(absence_of(places),
                              "there is no folder '{}'; the {} split needs it, or a data_prefix with 'img' and 'mask'",
                              (places.roots[0] / images).native(), name);
        pair(places, folders, read);
        if (places.ann_file) take_listed(locate(*places.ann_file, places.roots), read);
        if (read.set.images.empty() && !has_faults(read.findings))
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = read.set.roots[0].native(),
                                     .found = "the folder holds no picture",
                                     .fix = "put pictures in, or correct data_prefix or img_suffix"});
        read_class_names(places, read);
        return read;
    }

  private:
    [[nodiscard]] std::string image_suffix() const {
        return args_.is_null("img_suffix") ? "" : args_.text("img_suffix");
    }

    [[nodiscard]] MaskFolder list_masks(const fs::path& folder, std::vector<Finding>& findings) const {
        MaskFolder masks{.folder = folder, .there = is_folder(folder)};
        if (!masks.there) return masks;
        for (std::string& name : pictures_below(folder, folder, true, findings)) {
            if (!name.ends_with(args_.text("mask_suffix"))) continue;
            std::string stem = stem_of(name, args_.text("mask_suffix"));
            masks.by_stem.emplace(std::move(stem), Mask{std::move(name)});
        }
        return masks;
    }

    // Each picture and each mask of the first root that has it; masks without picture are told.
    void pair(const SplitPlaces& places, std::vector<MaskFolder>& folders, ReadSet& read) const {
        const bool labelled = std::ranges::any_of(folders, &MaskFolder::there);
        if (!labelled && (places.split != Split::kTest || places.mask_prefix))
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = folders.front().folder.native(),
                                     .found = "there is no such folder of masks",
                                     .fix = "correct data_prefix, or put the masks there"});
        std::set<std::string> names;
        for (std::uint32_t root = 0; root < read.set.roots.size(); ++root)
            list_pictures(root, labelled, names, folders, read);
        for (const MaskFolder& masks : folders) {
            for (const auto& [stem, mask] : masks.by_stem) {
                if (mask.taken) continue;
                read.findings.push_back(
                    {.kind = FindingKind::kMissingImage,
                     .file = (masks.folder / mask.name).native(),
                     .id = stem,
                     .found = fmt::format("the mask has no picture in '{}'", read.set.roots[0].native()),
                     .fix = "add the picture, or remove the mask"});
            }
        }
    }

    void list_pictures(std::uint32_t root, bool labelled, std::set<std::string>& names,
                       std::vector<MaskFolder>& folders, ReadSet& read) const {
        const fs::path folder = read.set.roots[root];
        for (std::string& name : pictures_below(folder, folder, true, read.findings)) {
            if (!name.ends_with(image_suffix()) || !names.insert(name).second) continue;
            AnnotatedImage image;
            image.root = root;
            image.id = stem_of(name, image_suffix());
            image.name = std::move(name);
            for (MaskFolder& masks : folders) {
                const auto mask = masks.by_stem.find(image.id);
                if (mask == masks.by_stem.end()) continue;
                if (image.mask.empty()) image.mask = masks.folder / mask->second.name;
                mask->second.taken = true;
            }
            if (!image.mask.empty() || !labelled) {
                read.set.images.push_back(std::move(image));
                continue;
            }
            const auto first = std::ranges::find(folders, true, &MaskFolder::there);
            read.findings.push_back(
                {.kind = FindingKind::kUnlabelled,
                 .file = (folder / image.name).native(),
                 .id = image.id,
                 .found = fmt::format("the picture has no mask '{}'",
                                      (first->folder / (image.id + args_.text("mask_suffix"))).native()),
                 .fix = "add the mask, or remove the picture"});
        }
    }

    // Keeps the pictures that the list names, in its order.
    void take_listed(const fs::path& list, ReadSet& read) const {
        const auto bytes = read_or_tell(list, "correct ann_file; it lists one picture on each line", read.findings);
        if (!bytes) return;
        std::map<std::string, std::size_t> by_stem;
        for (std::size_t i = 0; i < read.set.images.size(); ++i) by_stem.emplace(read.set.images[i].id, i);
        std::vector<AnnotatedImage> kept;
        // What the folders hold beyond the list is another split's.
        std::erase_if(read.findings, [](const Finding& one) {
            return one.kind == FindingKind::kMissingImage || one.kind == FindingKind::kUnlabelled;
        });
        for_each_line(*bytes, [&](int line, std::string_view words) {
            if (words.empty()) return;
            auto found = by_stem.find(std::string(words));
            if (found == by_stem.end()) found = by_stem.find(stem_of(std::string(words), image_suffix()));
            if (found == by_stem.end()) {
                read.findings.push_back({.kind = FindingKind::kMissingFile,
                                         .file = list.native(),
                                         .line = line,
                                         .id = std::string(words),
                                         .found = fmt::format("there is no picture '{}' with a mask", words),
                                         .fix = "add what is missing, or take it off the list"});
                return;
            }
            AnnotatedImage image = read.set.images[found->second];
            image.place = {0, line};
            kept.push_back(std::move(image));
        });
        read.set.files = {list};
        read.set.images = std::move(kept);
    }

    void read_class_names(const SplitPlaces& places, ReadSet& read) const {
        const auto file = classes_file_of(args_, places.shared_roots());
        const auto count = args_.is_null("num_classes") ? std::nullopt : std::optional(args_.integer("num_classes"));
        if (file) {
            read.set.classes = read_classes(*file, read.findings);
            check_count(count, read.set.classes.size(), file->native(), read.findings);
        } else if (count) {
            for (std::int64_t i = 0; i < *count; ++i) read.set.classes.push_back(std::to_string(i));
        } else {
            read.findings.push_back(
                {.kind = FindingKind::kMissingFile,
                 .file = places.roots[0].native(),
                 .found = "the set has no classes.txt, so nothing says what the masks' numbers mean",
                 .fix = "add one with a class name on each line, or set num_classes"});
        }
    }

    Args args_;
};

}  // namespace

Status add_semantic_masks(ReaderRegistry& registry) { return registry.add<SemanticMasks>(); }

}  // namespace goetia
