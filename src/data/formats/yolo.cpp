// YOLO: a data.yaml, pictures in images/, one text of labels for each in labels/.
#include <atomic>
#include <set>
#include <thread>

#include "base/files.h"
#include "data/decode/image_size.h"
#include "data/formats/classes.h"
#include "data/formats/folders.h"
#include "data/formats/lines.h"
#include "data/formats/places.h"
#include "data/formats/reader.h"
#include "data/formats/yolo_file.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The set's data.yaml as read, and the folders that relative places may start from.
struct SetFile {
    std::string file;  // empty when the set has none
    YoloConfig config;
    std::vector<fs::path> bases;
};

// Where the labels of a picture are: the last "/images/" of its path becomes "/labels/".
fs::path label_file(const fs::path& picture) {
    std::string path = picture.native();
    constexpr std::string_view kImages = "/images/";
    if (const std::size_t at = path.rfind(kImages); at != std::string::npos)
        path.replace(at, kImages.size(), "/labels/");
    return fs::path(path).replace_extension(".txt");
}

// What one picture's files say; made by many threads, taken in order.
struct Labelled {
    YoloLabels labels;
    ImageSize size;
    bool has_file = false, readable = true;
};

Labelled read_labels(const fs::path& picture, const std::string& name, YoloKeyPoints key_points) {
    Labelled found;
    const fs::path file = label_file(picture);
    const auto add = [&](FindingKind kind, const fs::path& where, const std::string& what, std::string fix) {
        found.labels.findings.push_back(
            {.kind = kind, .file = where.native(), .id = name, .found = what, .fix = std::move(fix)});
    };
    const Result<std::string> text = read_file(file);
    found.has_file = text.ok() || is_file(file);
    if (!found.has_file) return found;
    if (!text) return add(FindingKind::kMissingFile, file, text.error().message, "make it readable"), found;
    const auto size = read_image_size(picture);
    if (!size) {
        found.readable = false;
        add(fs::exists(picture) ? FindingKind::kUnreadableImage : FindingKind::kMissingFile, picture,
            size.error().message, "replace the picture, or remove its labels; without its size they mean nothing");
        return found;
    }
    found.size = *size;
    found.labels = parse_yolo_labels(*text, file.native(), {size->width, size->height, key_points});
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
        const SetFile set_file = read_set_file(places, read);
        GOETIA_TRY(list_pictures(places, set_file, read));
        read_classes_of(places, set_file, read);
        add_labels(split, set_file, read);
        return read;
    }

  private:
    [[nodiscard]] fs::path find_set_file(const SplitPlaces& places) const {
        if (!args_.is_null("data_yaml")) return find_below(args_.text("data_yaml"), places.set_roots);
        for (const fs::path& root : places.set_roots.empty() ? places.roots : places.set_roots) {
            std::vector<fs::path> files;
            std::error_code code;
            for (fs::directory_iterator entry(root, code); !code && entry != fs::directory_iterator();
                 entry.increment(code)) {
                const fs::path extension = entry->path().extension();
                if (extension == ".yaml" || extension == ".yml") files.push_back(entry->path());
                if (entry->path().filename() == "data.yaml") return entry->path();
            }
            if (files.size() == 1) return files[0];
        }
        return {};
    }

    [[nodiscard]] SetFile read_set_file(const SplitPlaces& places, ReadSet& read) const {
        SetFile set_file;
        const fs::path file = find_set_file(places);
        set_file.bases = places.set_roots.empty() ? places.roots : places.set_roots;
        if (file.empty()) return set_file;
        set_file.file = file.native();
        const Result<std::string> bytes = read_file(file);
        if (!bytes) {
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = file.native(),
                                     .found = bytes.error().message,
                                     .fix = "correct data_yaml"});
            return set_file;
        }
        set_file.config = parse_data_yaml(*bytes, file.native());
        std::ranges::move(set_file.config.findings, std::back_inserter(read.findings));
        const fs::path said = set_file.config.path, own = file.parent_path();
        set_file.bases.insert(set_file.bases.begin(), own);
        if (!said.empty() && is_folder(own / said)) set_file.bases.insert(set_file.bases.begin(), own / said);
        else if (!said.empty() && is_folder(said)) set_file.bases.insert(set_file.bases.begin(), said);
        else if (!said.empty())
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = file.native(),
                                     .found = fmt::format("'path' is '{}', and there is no such folder", said.native()),
                                     .fix = "correct it; the set is looked for beside the file and below data_root",
                                     .severity = Severity::kWarning});
        return set_file;
    }

    // A folder or list where the set's file says it, "../" left off if need be; empty when it is nowhere.
    static fs::path find_place(const std::string& place, const std::vector<fs::path>& bases) {
        std::vector<std::string> forms{place};
        if (place.starts_with("../")) forms.push_back(place.substr(3));
        for (const std::string& form : forms) {
            for (const fs::path& base : bases) {
                std::error_code code;
                if (fs::exists(base / form, code)) return (base / form).lexically_normal();
            }
        }
        return {};
    }

    [[nodiscard]] Status list_pictures(const SplitPlaces& places, const SetFile& set_file, ReadSet& read) const {
        std::vector<std::string> wanted;
        const auto said = set_file.config.places.find(places.split);
        if (places.ann_file) wanted = {*places.ann_file};
        else if (places.image_prefix) wanted = {*places.image_prefix};
        else if (said != set_file.config.places.end()) wanted = said->second;
        else if (set_file.file.empty()) wanted = {fmt::format("images/{}", split_name(places.split))};
        std::vector<fs::path> bases = set_file.bases;
        if (places.own_root) bases = places.roots;
        if (wanted.empty() && places.own_root) wanted = {"."};
        if (wanted.empty())
            return not_found("'{}' says no place of the {} split; add '{}:' to it", set_file.file,
                             split_name(places.split), split_name(places.split));
        for (const std::string& place : wanted) {
            const fs::path found = find_place(place, bases);
            if (found.empty() && set_file.file.empty() && !places.ann_file && !places.image_prefix)
                return not_found(
                    "there is no folder '{}'; the {} split needs it, or a data.yaml that says another place",
                    (places.roots[0] / place).native(), split_name(places.split));
            if (found.empty())
                read.findings.push_back(
                    {.kind = FindingKind::kMissingFile,
                     .file = set_file.file.empty() ? places.roots[0].native() : set_file.file,
                     .found = fmt::format("there is no '{}' for the {} split", place, split_name(places.split)),
                     .fix = fmt::format("correct the place; it was looked for from '{}' on", bases[0].native())});
            else if (is_folder(found)) list_folder(found, read);
            else list_file(found, bases, read);
        }
        if (read.set.images.empty() && !has_faults(read.findings))
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = find_place(wanted[0], bases).native(),
                                     .found = "the place holds no picture",
                                     .fix = "put pictures in, or correct the place"});
        return {};
    }

    static void add_image(std::string name, std::uint32_t root, AnnotationPlace place, ReadSet& read) {
        AnnotatedImage image;
        image.name = std::move(name);
        image.root = root;
        image.place = place;
        read.set.images.push_back(std::move(image));
    }

    static void list_folder(const fs::path& folder, ReadSet& read) {
        const auto root = static_cast<std::uint32_t>(read.set.roots.size());
        read.set.roots.push_back(folder);
        std::vector<std::string> names = pictures_below(folder, folder, true, read.findings);
        tell_labels_without_picture(folder, names, read.findings);
        for (std::string& name : names) add_image(std::move(name), root, {}, read);
    }

    static void tell_labels_without_picture(const fs::path& folder, const std::vector<std::string>& pictures,
                                            std::vector<Finding>& findings) {
        const fs::path labels = label_file(folder / "x").parent_path();
        if (labels == folder || !is_folder(labels)) return;  // beside pictures a text may be anything
        std::set<std::string> labelled;
        for (const std::string& name : pictures) labelled.insert(fs::path(name).replace_extension(".txt").native());
        const auto is_label = [](const fs::path& file) {
            return file.extension() == ".txt" && file.filename() != "classes.txt";  // drawing tools leave that one
        };
        for (const std::string& name : files_below(labels, labels, true, is_label, findings)) {
            if (labelled.contains(name)) continue;
            findings.push_back({.kind = FindingKind::kMissingImage,
                                .file = (labels / name).native(),
                                .id = fs::path(name).replace_extension().native(),
                                .found = fmt::format("the labels have no picture in '{}'", folder.native()),
                                .fix = "add the picture, or remove the labels"});
        }
    }

    // One picture on each line: "./" is the list's own folder, else from where the set's places start.
    static void list_file(const fs::path& file, const std::vector<fs::path>& bases, ReadSet& read) {
        const Result<std::string> bytes = read_file(file);
        if (!bytes) {
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = file.native(),
                                     .found = bytes.error().message,
                                     .fix = "correct the list's place"});
            return;
        }
        const auto source = static_cast<std::uint32_t>(read.set.files.size());
        read.set.files.push_back(file);
        const auto own = static_cast<std::uint32_t>(read.set.roots.size());
        read.set.roots.push_back(file.parent_path());
        read.set.roots.insert(read.set.roots.end(), bases.begin(), bases.end());
        const std::vector<fs::path> folders(read.set.roots.begin() + own, read.set.roots.end());
        std::size_t missing = 0;
        for_each_line(*bytes, [&](int line, std::string_view words) {
            if (words.empty()) return;
            const bool beside = words.starts_with("./");
            std::string name(beside ? words.substr(2) : words);
            std::uint32_t root = own;
            if (!beside && !fs::path(name).is_absolute()) {
                for (std::uint32_t i = 0; i < folders.size(); ++i) {
                    const std::uint32_t next =
                        (i + 1) % static_cast<std::uint32_t>(folders.size());  // its own folder last
                    if (!is_file(folders[next] / name)) continue;
                    root = own + next;
                    break;
                }
            }
            missing += is_file(read.set.roots[root] / name) ? 0 : 1;
            add_image(std::move(name), root, {source, line}, read);
        });
        if (missing == read.set.images.size() && missing > 0)
            read.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = file.native(),
                                     .found = fmt::format("none of the {} listed pictures exists", missing),
                                     .fix = "correct the paths, or 'path' in data.yaml"});
    }

    void read_classes_of(const SplitPlaces& places, const SetFile& set_file, ReadSet& read) const {
        std::string source = set_file.file;
        read.set.classes = set_file.config.classes;
        if (source.empty()) {
            const auto file = args_.is_null("classes_file")
                                  ? find_classes_file(places.set_roots.empty() ? places.roots : places.set_roots)
                                  : fs::path(args_.text("classes_file"));
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

    static void add_labels(Split split, const SetFile& set_file, ReadSet& read) {
        AnnotatedSet& set = read.set;
        std::vector<Labelled> found(set.images.size());
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            for (std::size_t i; (i = next++) < found.size();)
                found[i] = read_labels(set.path(set.images[i]), set.images[i].name, set_file.config.key_points);
        };
        {
            std::vector<std::jthread> threads;
            const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
            for (std::size_t i = 1; i < std::min(cores, found.size()); ++i) threads.emplace_back(work);
            work();
        }
        std::vector<AnnotatedImage> kept;
        std::size_t without = 0;
        std::string first_without;
        for (std::size_t i = 0; i < found.size(); ++i) {
            AnnotatedImage& image = set.images[i];
            std::ranges::move(found[i].labels.findings, std::back_inserter(read.findings));
            if (!found[i].has_file && without++ == 0) first_without = label_file(set.path(image)).native();
            if (!found[i].readable) continue;
            if (found[i].labels.outlines) set.task = Task::kInstance;
            if (found[i].has_file && image.place.line == 0) {
                image.place.file = static_cast<std::uint32_t>(set.files.size());
                set.files.push_back(label_file(set.path(image)));
            }
            image.width = found[i].size.width;
            image.height = found[i].size.height;
            image.instances = std::move(found[i].labels.objects);
            kept.push_back(std::move(image));
        }
        set.images = std::move(kept);
        if (without == 0 || split == Split::kTest) return;
        const bool all = without == found.size();
        read.findings.push_back(
            {.kind = FindingKind::kUnlabelled,
             .file = first_without,
             .found =
                 fmt::format("{} of {} pictures have no label file, this would be the first", without, found.size()),
             .fix = all ? "put the labels there" : "nothing need be done if there is nothing on them",
             .severity = all ? Severity::kFault : Severity::kNote});
    }

    Args args_;
};

}  // namespace

Status add_yolo(ReaderRegistry& registry) { return registry.add<Yolo>(); }

}  // namespace goetia
