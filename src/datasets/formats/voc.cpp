// VOC: one XML file for each picture, lists of names for the splits.
#include <algorithm>
#include <map>
#include <set>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/places.h"
#include "datasets/formats/read_or_tell.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/voc_file.h"
#include "datasets/validation/checks.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

struct Listed {
    std::string name;  // without extension
    std::uint32_t root = 0;
    int line = 0;
};

class Voc : public SetReader {
  public:
    static Schema schema() {
        return with_places(Schema("VOC", "One XML file of boxes for each picture, and lists of the splits' names"),
                           "JPEGImages/, Annotations/ and ImageSets/Main/", PrefixForm::kMapping)
            .with(text("ann_folder", "The XML files' folder below the root").fallback("Annotations"))
            .with(boolean("one_based",
                          "Boxes count from pixel 1 and hold the last one, as VOC's do; false: corners from 0")
                      .fallback(true))
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(
                text("classes_file",
                     "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below the "
                     "root; else the names in the training split's files, sorted")
                    .or_null());
    }

    static Result<std::unique_ptr<Voc>> make(const Args& args) {
        GOETIA_TRY(check_places(args, PrefixForm::kMapping));
        return std::make_unique<Voc>(args);
    }

    explicit Voc(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPlaces places = places_of(args_, split);
        GOETIA_TRY(check_folders(places));
        ReadSet read;
        AnnotatedSet& set = read.set;
        set.task = Task::kDetection;
        GOETIA_ASSIGN(const std::vector<Listed> listed, listing(places, read.findings));
        std::vector<VocFile> files;
        for (const Listed& one : listed) files.push_back(read_xml(places, one, read.findings));
        tell_unread(places, files, read.findings);
        GOETIA_ASSIGN(set.classes, class_names(places, files, read.findings));
        const std::string prefix = places.image_prefix.value_or("JPEGImages");
        for (const fs::path& root : places.roots) set.roots.push_back(root / prefix);
        for (std::size_t i = 0; i < listed.size(); ++i) add_image(places, listed[i], std::move(files[i]), read);
        check_first_files(
            set.images.size(), [&](std::size_t i) { return set.path(set.images[i]); }, places.roots[0].native(),
            read.findings);
        return read;
    }

  private:
    // The list that says what belongs to the split.
    static Result<fs::path> list_file(const SplitPlaces& places) {
        if (places.ann_file) return locate(*places.ann_file, places.roots);
        const std::string usual = fmt::format("ImageSets/Main/{}.txt", split_name(places.split));
        for (const fs::path& root : places.roots) {
            if (is_file(root / usual)) return root / usual;
        }
        return make_error(absence_of(places),
                          "the {0} split has no list: '{1}' holds no '{2}'; name one with dataset.{0}.ann_file",
                          split_name(places.split), places.roots[0].native(), usual);
    }

    [[nodiscard]] fs::path xml_of(const SplitPlaces& places, const Listed& one) const {
        return places.roots[one.root] / args_.text("ann_folder") / (one.name + ".xml");
    }

    [[nodiscard]] Result<std::vector<Listed>> listing(const SplitPlaces& places, std::vector<Finding>& findings) const {
        GOETIA_ASSIGN(const fs::path file, list_file(places));
        std::vector<Listed> listed;
        const auto bytes = read_or_tell(file, "correct ann_file; it lists one name on each line", findings);
        if (!bytes) return listed;
        std::map<std::pair<std::string, std::uint32_t>, int> lines;
        for_each_line(*bytes, [&](int line, std::string_view words) {
            if (words.empty()) return;
            Listed one = find_listed(places, std::string(words), line);
            const auto [first, is_new] = lines.emplace(std::pair(one.name, one.root), line);
            if (is_new) listed.push_back(std::move(one));
            else
                findings.push_back(
                    {.kind = FindingKind::kDuplicateId,
                     .file = file.native(),
                     .line = line,
                     .id = one.name,
                     .found = fmt::format("'{}' is listed twice, first in line {}", one.name, first->second),
                     .fix = "list it once"});
        });
        if (listed.empty())
            findings.push_back({.kind = FindingKind::kBadSyntax,
                                .file = file.native(),
                                .found = "the list names no picture",
                                .fix = "write one name without extension on each line"});
        return listed;
    }

    // A class's own list (cat_train.txt) has a mark of -1, 0 or 1 behind each name; a name itself may hold blanks, so
    // the mark is cut only where the whole line names no file.
    [[nodiscard]] Listed find_listed(const SplitPlaces& places, std::string words, int line) const {
        Listed one{std::move(words), 0, line};
        const std::size_t blank = one.name.find_last_of(" \t");
        if (blank == std::string::npos && places.roots.size() == 1) return one;
        std::vector<std::string> names{one.name};
        if (blank != std::string::npos) {
            const std::string mark = one.name.substr(blank + 1);
            if (mark == "-1" || mark == "0" || mark == "1")
                names.emplace_back(trimmed(std::string_view(one.name).substr(0, blank)));
        }
        for (const std::string& name : names) {
            for (std::uint32_t root = 0; root < places.roots.size(); ++root) {
                one.name = name;
                one.root = root;
                if (is_file(xml_of(places, one))) return one;
            }
        }
        one.root = 0;
        one.name = names.back();
        return one;
    }

    [[nodiscard]] VocFile read_xml(const SplitPlaces& places, const Listed& one, std::vector<Finding>& findings) const {
        const fs::path file = xml_of(places, one);
        if (places.split == Split::kTest && !is_file(file)) return {};  // it may be without annotations
        const auto bytes =
            read_or_tell(file, fmt::format("add the annotation of '{}', or take it off the list", one.name), findings);
        if (!bytes) {
            findings.back().id = one.name;
            return {};
        }
        VocFile parsed = parse_voc(*bytes, file.native(), args_.flag("one_based"));
        std::ranges::move(parsed.findings, std::back_inserter(findings));
        return parsed;
    }

    [[nodiscard]] Result<std::vector<std::string>> class_names(const SplitPlaces& places,
                                                               const std::vector<VocFile>& files,
                                                               std::vector<Finding>& findings) const {
        const auto file = classes_file_of(args_, places.shared_roots());
        std::vector<std::string> classes;
        std::string source = places.roots[0].native();
        if (file) {
            classes = read_classes(*file, findings);
            source = file->native();
        } else {
            std::set<std::string> names;
            const auto add = [&](const VocFile& one) {
                names.insert(one.names.begin(), one.names.end());
                for (const VocRefused& refused : one.refused) names.insert(refused.name);
                names.erase("");
            };
            const SplitPlaces train = places_of(args_, Split::kTrain);
            std::vector<Finding> told_elsewhere;  // when that split itself is opened
            const auto listed = places.split == Split::kTrain || train.roots.empty()
                                    ? Result<std::vector<Listed>>(std::vector<Listed>{})
                                    : listing(train, told_elsewhere);
            if (!listed || listed->empty()) std::ranges::for_each(files, add);
            else
                for (const Listed& one : *listed) add(read_xml(train, one, told_elsewhere));
            classes.assign(names.begin(), names.end());
        }
        const auto count = args_.is_null("num_classes") ? std::nullopt : std::optional(args_.integer("num_classes"));
        check_count(count, classes.size(), source, findings);
        return classes;
    }

    void add_image(const SplitPlaces& places, const Listed& one, VocFile file, ReadSet& read) const {
        AnnotatedSet& set = read.set;
        const std::string source = xml_of(places, one).native();
        AnnotatedImage image;
        image.id = one.name;
        image.width = file.width;
        image.height = file.height;
        image.name = picture_name(set.roots, one, file.filename);
        image.root = first_root_with(set.roots, image.name);
        image.place = {static_cast<std::uint32_t>(set.files.size()), 0};
        set.files.emplace_back(source);
        for (std::size_t i = 0; i < file.objects.size(); ++i) {
            Instance& object = file.objects[i];
            const auto label = label_of(file.names[i], file.lines[i], source, read, -1);
            if (!label) {
                append(check_shape(image, object, source), read.findings);
                continue;
            }
            object.label = *label;
            image.instances.push_back(std::move(object));
        }
        for (const VocRefused& one : file.refused) {
            if (!one.name.empty()) label_of(one.name, one.line, source, read, kSameObject);
            if (one.shape) append(check_shape(image, *one.shape, source), read.findings);
        }
        set.images.push_back(std::move(image));
    }

    static void append(std::vector<Finding> more, std::vector<Finding>& findings) {
        std::ranges::move(more, std::back_inserter(findings));
    }

    // Told where there is none; not where the list of classes itself is what is faulty.
    static std::optional<std::int64_t> label_of(const std::string& name, int line, const std::string& source,
                                                ReadSet& read, std::int64_t instance) {
        const std::vector<std::string>& classes = read.set.classes;
        const auto found = std::ranges::find(classes, name);
        if (found != classes.end()) return found - classes.begin();
        if (classes.empty()) return std::nullopt;
        const std::string near = nearest_name(name, classes);
        read.findings.push_back(
            {.kind = FindingKind::kUnknownClass,
             .file = source,
             .line = line,
             .id = name,
             .found = fmt::format("object '{}' is of none of the classes ({})", name, some_of(classes)),
             .fix = near.empty() ? "correct the name, or add the class"
                                 : fmt::format("correct the name, or add the class; did you mean '{}'?", near),
             .of_object = true,
             .instance = instance});
        return std::nullopt;
    }

    // The file's own word where it fits the list's; else the first picture that is called as the list says.
    static std::string picture_name(const std::vector<fs::path>& folders, const Listed& one,
                                    const std::string& filename) {
        if (fs::path(filename).stem() == fs::path(one.name).filename() && fs::path(filename).has_extension())
            return (fs::path(one.name).parent_path() / fs::path(filename).filename()).native();
        for (const fs::path& folder : folders) {
            for (const char* extension :
                 {".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG", ".bmp", ".webp", ".tif", ".tiff"}) {
                if (is_file(folder / (one.name + extension))) return one.name + extension;
            }
        }
        return one.name + ".jpg";
    }

    void tell_unread(const SplitPlaces& places, const std::vector<VocFile>& files,
                     std::vector<Finding>& findings) const {
        std::map<std::string, int> unread;
        for (const VocFile& file : files) {
            for (const auto& [tag, count] : file.unread) unread[tag] += count;
        }
        for (const auto& [tag, count] : unread)
            findings.push_back(
                {.kind = FindingKind::kBadSyntax,
                 .file = (places.roots[0] / args_.text("ann_folder")).native(),
                 .found = fmt::format("'{}' of {} objects is nothing that VOC has, and is not read", tag, count),
                 .fix = "nothing need be done if the boxes say enough",
                 .severity = Severity::kWarning});
    }

    Args args_;
};

}  // namespace

Status add_voc(ReaderRegistry& registry) { return registry.add<Voc>(); }

}  // namespace goetia
