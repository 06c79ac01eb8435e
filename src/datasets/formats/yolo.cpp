// The YOLO format: a data.yaml, images in images/, and one label file per image in labels/.
#include "base/files.h"
#include "base/parallel.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/yolo_set.h"
#include "datasets/validation/truncation.h"
#include "imaging/decode/image_size.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The labels and size of one image; read in parallel, merged in order.
struct Labelled {
    fs::path file;
    YoloLabels labels;
    ImageSize size;
    bool has_file = false, readable = true;
};

// An image that has labels but no readable size: labels are meaningless without it, so a run can only skip the image.
Finding no_size(const AnnotatedSet& set, const AnnotatedImage& image, const Error& error) {
    const fs::path picture = set.path(image);
    Finding finding{.kind = FindingKind::kMissingFile, .file = picture.native(), .id = image.name};
    std::error_code code;
    if (fs::exists(picture, code)) {
        const Result<std::string> bytes = read_file(picture);
        finding.kind = bytes && is_truncated(*bytes) ? FindingKind::kTruncatedImage : FindingKind::kUnreadableImage;
    } else if (image.location.line > 0) {
        finding.file = set.files[image.location.file].native();
        finding.line = image.location.line;
    }
    finding.found = error.message;
    finding.fix = "replace the image, or remove its labels; they need its size";
    finding.of_object = true;
    return finding;
}

Labelled read_labels(const AnnotatedSet& set, const AnnotatedImage& image, const YoloSetFile& set_file) {
    const fs::path picture = set.path(image);
    Labelled found{.file = find_yolo_labels(picture, set_file.roots)};
    const std::string file = found.file.native();
    const Result<std::string> text = read_file(found.file);
    found.has_file = text.ok() || is_file(found.file);
    if (!found.has_file) return found;
    if (!text) {
        found.labels.findings.push_back({.kind = FindingKind::kMissingFile,
                                         .file = file,
                                         .id = image.name,
                                         .found = text.error().message,
                                         .fix = "make it readable"});
        return found;
    }
    const auto size = read_image_size(picture);
    if (!size) {
        found.readable = false;
        found.labels.findings.push_back(no_size(set, image, size.error()));
        return found;
    }
    found.size = *size;
    found.labels = parse_yolo_labels(*text, file, {size->width, size->height, set_file.config.key_points});
    for (Finding& finding : found.labels.findings) finding.id = fmt::format("{}:{}", image.name, finding.line);
    return found;
}

class Yolo : public SetReader {
  public:
    static Schema schema() {
        return with_split_paths(Schema("YOLO", "A data.yaml and one label file of boxes or outlines per image"),
                                "data.yaml, images/ and labels/", PrefixForm::kMapping)
            .with(text("data_yaml", "The YAML file of the set; else data.yaml or the only .yaml below data_root")
                      .or_null())
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line, for a set without data.yaml; else classes.txt")
                      .or_null());
    }

    static Result<std::unique_ptr<Yolo>> make(const Args& args) {
        GOETIA_TRY(check_split_paths(args, PrefixForm::kMapping));
        return std::make_unique<Yolo>(args);
    }

    explicit Yolo(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        SplitPaths paths = split_paths(args_, split);
        if (paths.roots.empty() && !args_.is_null("data_yaml"))
            paths.roots = {fs::path(args_.text("data_yaml")).parent_path() / "."};
        GOETIA_TRY(check_folders(paths));
        ReadSet read;
        read.set.task = Task::kDetection;
        const std::optional<std::string> said =
            args_.is_null("data_yaml") ? std::nullopt : std::optional(args_.text("data_yaml"));
        const YoloSetFile set_file = read_yolo_set_file(said, paths, read.findings);
        GOETIA_TRY(list_yolo_images(paths, set_file, read));
        read_classes_of(paths, set_file, read);
        GOETIA_TRY(add_labels(split, set_file, read));
        return read;
    }

  private:
    void read_classes_of(const SplitPaths& paths, const YoloSetFile& set_file, ReadSet& read) const {
        std::string source = set_file.file;
        read.set.classes = set_file.config.classes;
        if (source.empty()) {
            const auto file = classes_file_of(args_, paths.shared_roots());
            if (!file) {
                read.findings.push_back({.kind = FindingKind::kMissingFile,
                                         .file = paths.roots[0].native(),
                                         .found = "the set has neither data.yaml nor classes.txt",
                                         .fix = "add one that names the classes"});
                return;
            }
            source = file->native();
            read.set.classes = read_classes(*file, read.findings);
        }
        if (!args_.is_null("num_classes"))
            check_count(args_.integer("num_classes"), read.set.classes.size(), source, read.findings);
    }

    static Status add_labels(Split split, const YoloSetFile& set_file, ReadSet& read) {
        AnnotatedSet& set = read.set;
        std::vector<Labelled> found(set.images.size());
        GOETIA_TRY(parallel_for(std::ssize(found), {}, [&](std::int64_t i) -> Status {
            found[i] = read_labels(set, set.images[i], set_file);
            return {};
        }));
        std::vector<AnnotatedImage> kept;
        std::size_t without = 0;
        std::string first_without, its_image;
        for (std::size_t i = 0; i < found.size(); ++i) {
            AnnotatedImage& image = set.images[i];
            std::ranges::move(found[i].labels.findings, std::back_inserter(read.findings));
            if (!found[i].has_file && without++ == 0) first_without = found[i].file.native(), its_image = image.name;
            if (!found[i].readable) continue;
            if (found[i].labels.outlines) set.task = Task::kInstance;
            if (found[i].has_file) {
                const auto file = static_cast<std::uint32_t>(set.files.size());
                set.files.push_back(std::move(found[i].file));
                if (image.location.line == 0) image.location.file = file;
                else image.objects_file = file;  // the image itself is listed in a file
            } else if (image.location.line == 0) {
                image.location.file = AnnotationLocation::kNoFile;
            }
            image.width = found[i].size.width;
            image.height = found[i].size.height;
            image.instances = std::move(found[i].labels.objects);
            kept.push_back(std::move(image));
        }
        set.images = std::move(kept);
        if (without == 0 || split == Split::kTest) return {};
        const bool all = without == found.size();
        read.findings.push_back(
            {.kind = FindingKind::kUnlabelled,
             .file = first_without,
             .id = its_image,
             .found = fmt::format("{} of {} images have no label file, starting with this one", without, found.size()),
             .fix = all ? "add the labels" : "no action needed if they contain no objects",
             .severity = all ? Severity::kFault : Severity::kNote});
        return {};
    }

    Args args_;
};

}  // namespace

Status add_yolo(ReaderRegistry& registry) { return registry.add<Yolo>(); }

}  // namespace goetia
