// The VOC format: one XML file per image, and lists of image names for the splits.
#include <algorithm>
#include <map>
#include <set>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/lines.h"
#include "datasets/formats/read_or_report.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/split_paths.h"
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
        return with_split_paths(Schema("VOC", "One XML file of boxes per image, and lists of names for the splits"),
                                "JPEGImages/, Annotations/ and ImageSets/Main/", PrefixForm::kMapping)
            .with(text("ann_folder", "The folder of the XML files, below the root").fallback("Annotations"))
            .with(boolean("one_based",
                          "Boxes start at pixel 1 and include the last pixel, as in VOC; false: corners from 0")
                      .fallback(true))
            .with(integer("num_classes", "The expected number of classes").at_least(1).or_null())
            .with(
                text("classes_file",
                     "Class names in order, one to a line; else meta/classes.txt, classes.txt or labels.txt below the "
                     "root; else the names in the training split's files, sorted")
                    .or_null());
    }

    static Result<std::unique_ptr<Voc>> make(const Args& args) {
        GOETIA_TRY(check_split_paths(args, PrefixForm::kMapping));
        return std::make_unique<Voc>(args);
    }

    explicit Voc(const Args& args) : args_(args) {}

    [[nodiscard]] Result<ReadSet> read(Split split) const override {
        const SplitPaths paths = split_paths(args_, split);
        GOETIA_TRY(check_folders(paths));
        ReadSet read;
        AnnotatedSet& set = read.set;
        set.task = Task::kDetection;
        GOETIA_ASSIGN(const std::vector<Listed> listed, listing(paths, read.findings));
        std::vector<VocFile> files;
        for (const Listed& one : listed) files.push_back(read_xml(paths, one, read.findings));
        report_unread(paths, files, read.findings);
        GOETIA_ASSIGN(set.classes, class_names(paths, files, read.findings));
        const std::string prefix = paths.image_prefix.value_or("JPEGImages");
        for (const fs::path& root : paths.roots) set.roots.push_back(root / prefix);
        for (std::size_t i = 0; i < listed.size(); ++i) add_image(paths, listed[i], std::move(files[i]), read);
        check_first_files(
            set.images.size(), [&](std::size_t i) { return set.path(set.images[i]); }, paths.roots[0].native(),
            read.findings);
        return read;
    }

  private:
    // The file that lists the images of the split.
    static Result<fs::path> list_file(const SplitPaths& paths) {
        if (paths.ann_file) return locate(*paths.ann_file, paths.roots);
        const std::string usual = fmt::format("ImageSets/Main/{}.txt", split_name(paths.split));
        for (const fs::path& root : paths.roots) {
            if (is_file(root / usual)) return root / usual;
        }
        return make_error(missing_split_code(paths),
                          "the {0} split has no list: '{1}' does not contain '{2}'; set dataset.{0}.ann_file",
                          split_name(paths.split), paths.roots[0].native(), usual);
    }

    [[nodiscard]] fs::path xml_of(const SplitPaths& paths, const Listed& one) const {
        return paths.roots[one.root] / args_.text("ann_folder") / (one.name + ".xml");
    }

    [[nodiscard]] Result<std::vector<Listed>> listing(const SplitPaths& paths, std::vector<Finding>& findings) const {
        GOETIA_ASSIGN(const fs::path file, list_file(paths));
        std::vector<Listed> listed;
        const auto bytes = read_or_report(file, "correct ann_file; it lists one name per line", findings);
        if (!bytes) return listed;
        std::map<std::pair<std::string, std::uint32_t>, int> lines;
        for_each_line(*bytes, [&](int line, std::string_view words) {
            if (words.empty()) return;
            Listed one = find_listed(paths, std::string(words), line);
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
                                .found = "the list is empty",
                                .fix = "write one name without extension per line"});
        return listed;
    }

    // Lists for a single class (cat_train.txt) have a flag of -1, 0 or 1 after each name. Names may contain blanks, so
    // the flag is only cut off if the full line does not name a file.
    [[nodiscard]] Listed find_listed(const SplitPaths& paths, std::string words, int line) const {
        Listed one{std::move(words), 0, line};
        const std::size_t blank = one.name.find_last_of(" \t");
        if (blank == std::string::npos && paths.roots.size() == 1) return one;
        std::vector<std::string> names{one.name};
        if (blank != std::string::npos) {
            const std::string flag = one.name.substr(blank + 1);
            if (flag == "-1" || flag == "0" || flag == "1")
                names.emplace_back(trimmed(std::string_view(one.name).substr(0, blank)));
        }
        for (const std::string& name : names) {
            for (std::uint32_t root = 0; root < paths.roots.size(); ++root) {
                one.name = name;
                one.root = root;
                if (is_file(xml_of(paths, one))) return one;
            }
        }
        one.root = 0;
        one.name = names.back();
        return one;
    }

    [[nodiscard]] VocFile read_xml(const SplitPaths& paths, const Listed& one, std::vector<Finding>& findings) const {
        const fs::path file = xml_of(paths, one);
        if (paths.split == Split::kTest && !is_file(file)) return {};  // it may lack annotations
        const auto bytes = read_or_report(
            file, fmt::format("add the annotation of '{}', or remove it from the list", one.name), findings);
        if (!bytes) {
            findings.back().id = one.name;
            return {};
        }
        VocFile parsed = parse_voc(*bytes, file.native(), args_.flag("one_based"));
        std::ranges::move(parsed.findings, std::back_inserter(findings));
        return parsed;
    }

    [[nodiscard]] Result<std::vector<std::string>> class_names(const SplitPaths& paths,
                                                               const std::vector<VocFile>& files,
                                                               std::vector<Finding>& findings) const {
        const auto file = classes_file_of(args_, paths.shared_roots());
        std::vector<std::string> classes;
        std::string source = paths.roots[0].native();
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
            const SplitPaths train = split_paths(args_, Split::kTrain);
            std::vector<Finding> reported_elsewhere;  // by opening that split itself
            const auto listed = paths.split == Split::kTrain || train.roots.empty()
                                    ? Result<std::vector<Listed>>(std::vector<Listed>{})
                                    : listing(train, reported_elsewhere);
            if (!listed || listed->empty()) std::ranges::for_each(files, add);
            else
                for (const Listed& one : *listed) add(read_xml(train, one, reported_elsewhere));
            classes.assign(names.begin(), names.end());
        }
        const auto count = args_.is_null("num_classes") ? std::nullopt : std::optional(args_.integer("num_classes"));
        check_count(count, classes.size(), source, findings);
        return classes;
    }

    void add_image(const SplitPaths& paths, const Listed& one, VocFile file, ReadSet& read) const {
        AnnotatedSet& set = read.set;
        const std::string source = xml_of(paths, one).native();
        AnnotatedImage image;
        image.id = one.name;
        image.width = file.width;
        image.height = file.height;
        image.name = image_name(set.roots, one, file.filename);
        image.root = first_root_with(set.roots, image.name);
        image.location = {static_cast<std::uint32_t>(set.files.size()), 0};
        set.files.emplace_back(source);
        for (std::size_t i = 0; i < file.objects.size(); ++i) {
            Instance& object = file.objects[i];
            const auto label = label_of(file.names[i], file.lines[i], source, read, -1);
            if (!label) {
                append(check_geometry(image, object, source), read.findings);
                continue;
            }
            object.label = *label;
            image.instances.push_back(std::move(object));
        }
        for (const VocRefused& one : file.refused) {
            if (!one.name.empty()) label_of(one.name, one.line, source, read, kSameObject);
            if (one.shape) append(check_geometry(image, *one.shape, source), read.findings);
        }
        set.images.push_back(std::move(image));
    }

    static void append(std::vector<Finding> more, std::vector<Finding>& findings) {
        std::ranges::move(more, std::back_inserter(findings));
    }

    // Reports an unknown class, unless the class list itself is faulty.
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
             .found = fmt::format("object '{}' does not belong to any of the classes ({})", name, some_of(classes)),
             .fix = near.empty() ? "correct the name, or add the class"
                                 : fmt::format("correct the name, or add the class; did you mean '{}'?", near),
             .of_object = true,
             .instance = instance});
        return std::nullopt;
    }

    // The file name in the XML if it matches the list; else the first image file with the listed name.
    static std::string image_name(const std::vector<fs::path>& folders, const Listed& one,
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

    void report_unread(const SplitPaths& paths, const std::vector<VocFile>& files,
                       std::vector<Finding>& findings) const {
        std::map<std::string, int> unread;
        for (const VocFile& file : files) {
            for (const auto& [tag, count] : file.unread) unread[tag] += count;
        }
        for (const auto& [tag, count] : unread)
            findings.push_back({.kind = FindingKind::kBadSyntax,
                                .file = (paths.roots[0] / args_.text("ann_folder")).native(),
                                .found = fmt::format("'{}' of {} objects is not part of VOC, ignored", tag, count),
                                .fix = "no action needed if the boxes are sufficient",
                                .severity = Severity::kWarning});
    }

    Args args_;
};

}  // namespace

Status add_voc(ReaderRegistry& registry) { return registry.add<Voc>(); }

}  // namespace goetia
