// The COCO format: one JSON file per split with images, annotations and categories.
#include <fstream>

#include "datasets/formats/coco_file.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/split_paths.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Default paths of the annotation file.
std::vector<std::string> default_files(Split split) {
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

std::vector<std::string> default_prefixes(Split split) {
    const std::string name(split_name(split));
    return {"images/" + name, name + "2017", "images/" + name + "2017", name + "2014", name, "images", ""};
}

struct Padded {
    std::unique_ptr<char[]> bytes;  // followed by padding for the JSON parser
    std::size_t size = 0;
};

// The complete file followed by padding, or why it cannot be read.
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
        return with_split_paths(
                   Schema("COCO", "A COCO JSON file for each split: boxes, outlines, run lengths, key points"),
                   "images/ and annotations/", PrefixForm::kMapping)
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null());
    }

    static Result<std::unique_ptr<Coco>> make(const Args& args) {
        GOETIA_TRY(check_split_paths(args, PrefixForm::kMapping));
        return std::make_unique<Coco>(args);
    }

    explicit Coco(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPaths paths = split_paths(args_, split);
        GOETIA_TRY(check_folders(paths));
        GOETIA_ASSIGN(const fs::path file, annotation_file(paths));
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
        set.roots = image_folders(paths, set);
        for (AnnotatedImage& image : set.images) image.root = first_root_with(set.roots, image.name);
        check_first_files(
            set.images.size(), [&](std::size_t i) { return set.path(set.images[i]); }, file.native(), read.findings);
        check_class_count(read, file.native());
        return read;
    }

  private:
    static Result<fs::path> annotation_file(const SplitPaths& paths) {
        if (paths.ann_file) return locate(*paths.ann_file, paths.roots);
        const auto usual = default_files(paths.split);
        for (const std::string& name : usual) {
            for (const fs::path& root : paths.roots) {
                if (is_file(root / name)) return root / name;
            }
        }
        return make_error(
            missing_split_code(paths),
            "the {0} split has no annotation file: '{1}' does not contain '{2}'; set dataset.{0}.ann_file",
            split_name(paths.split), paths.roots[0].native(), usual[0]);
    }

    // As configured; else, below each root, the default folder that contains the most images. The images that are
    // probed are spread over the list, so that a single missing one does not decide.
    static std::vector<fs::path> image_folders(const SplitPaths& paths, const AnnotatedSet& set) {
        constexpr std::size_t kProbed = 100;
        const std::size_t count = std::min(set.images.size(), kProbed);
        const auto found_in = [&](const fs::path& folder) {
            std::size_t found = 0;
            if (!is_folder(folder)) return found;
            for (std::size_t i = 0; i < count; ++i)
                found += is_file(folder / set.images[i * set.images.size() / count].name) ? 1 : 0;
            return found;
        };
        std::vector<fs::path> folders;
        for (const fs::path& root : paths.roots) {
            const std::vector<std::string> prefixes = default_prefixes(paths.split);
            folders.push_back(root / paths.image_prefix.value_or(prefixes.front()));
            std::size_t most = 0;
            for (const std::string& prefix : prefixes) {
                if (paths.image_prefix || most == count) break;
                const std::size_t found = found_in(root / prefix);
                if (found > most) folders.back() = root / prefix, most = found;
            }
        }
        return folders;
    }

    void check_class_count(ReadSet& read, const std::string& file) const {
        if (args_.is_null("num_classes") || read.set.classes.empty()) return;
        const auto expected = args_.integer("num_classes"), found = static_cast<std::int64_t>(read.set.classes.size());
        if (expected == found) return;
        read.findings.push_back(
            {.kind = FindingKind::kUnknownClass,
             .file = file,
             .found = fmt::format("the file lists {} categories, num_classes is {}", found, expected),
             .fix = "correct num_classes or the file"});
    }

    Args args_;
};

}  // namespace

Status add_coco(ReaderRegistry& registry) { return registry.add<Coco>(); }

}  // namespace goetia
