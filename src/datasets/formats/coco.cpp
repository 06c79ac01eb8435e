// COCO: one JSON file for each split, with images, annotations and categories.
#include <fstream>

#include "datasets/formats/coco_file.h"
#include "datasets/formats/places.h"
#include "datasets/formats/reader.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Where the annotation file may lie when it is not named.
std::vector<std::string> usual_files(Split split) {
    const std::string name(split_name(split));
    std::vector<std::string> files;
    for (const char* form :
         {"annotations/instances_{}.json", "annotations/instances_{}2017.json", "annotations/{}.json",
          "annotations/instances_{}2014.json", "{}.json", "{}/_annotations.coco.json"})
        files.push_back(fmt::format(fmt::runtime(form), name));
    if (split == Split::kTest) {
        for (const char* file : {"annotations/image_info_test.json", "annotations/image_info_test2017.json",
                                 "annotations/image_info_test-dev2017.json"})
            files.emplace_back(file);
    }
    return files;
}

std::vector<std::string> usual_prefixes(Split split) {
    const std::string name(split_name(split));
    return {"images/" + name, name + "2017", "images/" + name + "2017", name + "2014", name, "images", ""};
}

struct Padded {
    std::unique_ptr<char[]> bytes;  // with room behind them for the JSON reader
    std::size_t size = 0;
};

// The whole file, or why it cannot be read.
Result<Padded> read_padded(const fs::path& file) {
    std::error_code code;
    const auto size = fs::file_size(file, code);
    if (code) return os_error("read", file.native(), code.value());
    Padded padded{std::make_unique_for_overwrite<char[]>(size + kJsonPadding), size};
    std::fill_n(padded.bytes.get() + size, kJsonPadding, ' ');
    std::ifstream stream(file, std::ios::binary);
    stream.read(padded.bytes.get(), static_cast<std::streamsize>(size));
    if (!stream || stream.gcount() != static_cast<std::streamsize>(size))
        return failed("cannot read '{}': it ended after {} of {} bytes", file.native(), stream.gcount(), size);
    return padded;
}

class Coco : public SetReader {
  public:
    static Schema schema() {
        return with_places(Schema("COCO", "A COCO JSON file for each split: boxes, outlines, run lengths, key points"),
                           "images/ and annotations/", PrefixForm::kMapping)
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null());
    }

    static Result<std::unique_ptr<Coco>> make(const Args& args) {
        GOETIA_TRY(check_places(args, PrefixForm::kMapping));
        return std::make_unique<Coco>(args);
    }

    explicit Coco(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPlaces places = places_of(args_, split);
        GOETIA_TRY(check_folders(places));
        GOETIA_ASSIGN(const fs::path file, annotation_file(places));
        ReadSet read;
        auto bytes = read_padded(file);
        if (!bytes) {
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = file.native(),
                                     .found = bytes.error().message,
                                     .fix = "correct ann_file"});
            return read;
        }
        CocoFile parsed = parse_coco({bytes->bytes.get(), bytes->size}, file.native(), split != Split::kTest);
        bytes->bytes.reset();
        AnnotatedSet& set = read.set;
        set.task = parsed.outlines ? Task::kInstance : Task::kDetection;
        set.images = std::move(parsed.images);
        set.classes = std::move(parsed.classes);
        set.class_ids = std::move(parsed.class_ids);
        set.class_more = std::move(parsed.class_more);
        set.more = std::move(parsed.more);
        set.files = {file};
        read.findings = std::move(parsed.findings);
        set.roots = picture_folders(places, set);
        for (AnnotatedImage& image : set.images) image.root = first_root_with(set.roots, image.name);
        check_first_files(
            set.images.size(), [&](std::size_t i) { return set.path(set.images[i]); }, file.native(), read.findings);
        check_class_count(read, file.native());
        return read;
    }

  private:
    static Result<fs::path> annotation_file(const SplitPlaces& places) {
        if (places.ann_file) return locate(*places.ann_file, places.roots);
        const auto usual = usual_files(places.split);
        for (const std::string& name : usual) {
            for (const fs::path& root : places.roots) {
                if (is_file(root / name)) return root / name;
            }
        }
        return make_error(
            absence_of(places),
            "the {0} split has no annotation file: '{1}' holds no '{2}'; name one with dataset.{0}.ann_file",
            split_name(places.split), places.roots[0].native(), usual[0]);
    }

    // As said; else, below each root, the usual folder that holds most of the pictures: those that are looked for are
    // spread over the list, so that a missing one says nothing about all.
    static std::vector<fs::path> picture_folders(const SplitPlaces& places, const AnnotatedSet& set) {
        constexpr std::size_t kLookedFor = 100;
        const std::size_t count = std::min(set.images.size(), kLookedFor);
        const auto held = [&](const fs::path& folder) {
            std::size_t found = 0;
            if (!is_folder(folder)) return found;
            for (std::size_t i = 0; i < count; ++i)
                found += is_file(folder / set.images[i * set.images.size() / count].name) ? 1 : 0;
            return found;
        };
        std::vector<fs::path> folders;
        for (const fs::path& root : places.roots) {
            const std::vector<std::string> prefixes = usual_prefixes(places.split);
            folders.push_back(root / places.image_prefix.value_or(prefixes.front()));
            std::size_t most = 0;
            for (const std::string& prefix : prefixes) {
                if (places.image_prefix || most == count) break;
                const std::size_t found = held(root / prefix);
                if (found > most) folders.back() = root / prefix, most = found;
            }
        }
        return folders;
    }

    void check_class_count(ReadSet& read, const std::string& file) const {
        if (args_.is_null("num_classes") || read.set.classes.empty()) return;
        const auto said = args_.integer("num_classes"), found = static_cast<std::int64_t>(read.set.classes.size());
        if (said == found) return;
        read.findings.push_back({.kind = FindingKind::kUnknownClass,
                                 .file = file,
                                 .found = fmt::format("the file lists {} categories, num_classes says {}", found, said),
                                 .fix = "correct num_classes or the file"});
    }

    Args args_;
};

}  // namespace

Status add_coco(ReaderRegistry& registry) { return registry.add<Coco>(); }

}  // namespace goetia
