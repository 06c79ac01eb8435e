// YOLO: a data.yaml, pictures in images/, one text of labels for each in labels/.
#include "base/files.h"
#include "base/parallel.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/yolo_set.h"
#include "datasets/validation/ends_early.h"
#include "imaging/decode/image_size.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// What one picture's files say; made by many threads, taken in order.
struct Labelled {
    fs::path file;
    YoloLabels labels;
    ImageSize size;
    bool has_file = false, readable = true;
};

// A picture that has labels and no size: without one they mean nothing, so a run may only do without the whole picture.
Finding no_size(const AnnotatedSet& set, const AnnotatedImage& image, const Error& error) {
    const fs::path picture = set.path(image);
    Finding finding{.kind = FindingKind::kMissingFile, .file = picture.native(), .id = image.name};
    std::error_code code;
    if (fs::exists(picture, code)) {
        const Result<std::string> bytes = read_file(picture);
        finding.kind = bytes && ends_early(*bytes) ? FindingKind::kTruncatedImage : FindingKind::kUnreadableImage;
    } else if (image.place.line > 0) {
        finding.file = set.files[image.place.file].native();
        finding.line = image.place.line;
    }
    finding.found = error.message;
    finding.fix = "replace the picture, or remove its labels; without its size they mean nothing";
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
        return with_places(Schema("YOLO", "A data.yaml and one text of boxes or outlines for each picture"),
                           "data.yaml, images/ and labels/", PrefixForm::kMapping)
            .with(text("data_yaml", "The set's file; else data.yaml or the only .yaml below data_root").or_null())
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(text("classes_file",
                       "Class names in order, one to a line, for a set without data.yaml; else classes.txt")
                      .or_null());
    }

    static Result<std::unique_ptr<Yolo>> make(const Args& args) {
        GOETIA_TRY(check_places(args, PrefixForm::kMapping));
        return std::make_unique<Yolo>(args);
    }

    explicit Yolo(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        SplitPlaces places = places_of(args_, split);
        if (places.roots.empty() && !args_.is_null("data_yaml"))
            places.roots = {fs::path(args_.text("data_yaml")).parent_path() / "."};
        GOETIA_TRY(check_folders(places));
        ReadSet read;
        read.set.task = Task::kDetection;
        const std::optional<std::string> said =
            args_.is_null("data_yaml") ? std::nullopt : std::optional(args_.text("data_yaml"));
        const YoloSetFile set_file = read_yolo_set_file(said, places, read.findings);
        GOETIA_TRY(list_yolo_pictures(places, set_file, read));
        read_classes_of(places, set_file, read);
        GOETIA_TRY(add_labels(split, set_file, read));
        return read;
    }

  private:
    void read_classes_of(const SplitPlaces& places, const YoloSetFile& set_file, ReadSet& read) const {
        std::string source = set_file.file;
        read.set.classes = set_file.config.classes;
        if (source.empty()) {
            const auto file = classes_file_of(args_, places.shared_roots());
            if (!file) {
                read.findings.push_back({.kind = FindingKind::kMissingFile,
                                         .file = places.roots[0].native(),
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
        GOETIA_TRY(for_each_number(std::ssize(found), {}, [&](std::int64_t i) -> Status {
            found[i] = read_labels(set, set.images[i], set_file);
            return {};
        }));
        std::vector<AnnotatedImage> kept;
        std::size_t without = 0;
        std::string first_without, its_picture;
        for (std::size_t i = 0; i < found.size(); ++i) {
            AnnotatedImage& image = set.images[i];
            std::ranges::move(found[i].labels.findings, std::back_inserter(read.findings));
            if (!found[i].has_file && without++ == 0) first_without = found[i].file.native(), its_picture = image.name;
            if (!found[i].readable) continue;
            if (found[i].labels.outlines) set.task = Task::kInstance;
            if (found[i].has_file) {
                const auto file = static_cast<std::uint32_t>(set.files.size());
                set.files.push_back(std::move(found[i].file));
                if (image.place.line == 0) image.place.file = file;
                else image.objects_file = file;  // the picture itself stands in a list
            } else if (image.place.line == 0) {
                image.place.file = AnnotationPlace::kNoFile;
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
             .id = its_picture,
             .found =
                 fmt::format("{} of {} pictures have no label file, this would be the first", without, found.size()),
             .fix = all ? "put the labels there" : "nothing need be done if there is nothing on them",
             .severity = all ? Severity::kFault : Severity::kNote});
        return {};
    }

    Args args_;
};

}  // namespace

Status add_yolo(ReaderRegistry& registry) { return registry.add<Yolo>(); }

}  // namespace goetia
