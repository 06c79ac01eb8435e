#include "datasets/validation/open_sets.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>

#include "base/nearest.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/formats/reader.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Maps "CocoDataset", "COCO" and "coco" to the same text.
std::string normalized(std::string text) {
    std::erase_if(text, [](char c) { return c == '_' || c == '-' || c == ' '; });
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text.ends_with("dataset") && text.size() > 7) text.resize(text.size() - 7);
    return text;
}

std::string type_of(const Json& section) {
    return section.is_object() && section.contains("type") && section["type"].is_string()
               ? section["type"].get<std::string>()
               : std::string();
}

// The faults of a set that was refused as a whole.
Findings findings_in(const Error& error) {
    Findings findings;
    for (const Fault& fault : error.faults) {
        Finding finding{.kind = FindingKind::kBadSyntax, .file = fault.file, .line = fault.line, .id = fault.path};
        finding.found = fault.message + (fault.found.empty() ? "" : fmt::format(", found {}", fault.found));
        finding.fix = fault.allowed.empty() ? "correct it" : fmt::format("allowed: {}", fault.allowed);
        findings.push_back(std::move(finding));
    }
    return findings;
}

// The mistake is in the section itself, not in the data: it refers to a key of the configuration and no file.
bool is_about_section(const Error& error) {
    return error.faults.empty() ||
           std::ranges::any_of(error.faults, [](const Fault& fault) { return fault.file.empty(); });
}

// Splits the path of a sample into a root and a relative name.
std::uint32_t root_of(const Sample& sample, AnnotatedSet& set, std::map<fs::path, std::uint32_t>& known,
                      std::string& name) {
    const std::string path = sample.path.native();
    fs::path root = sample.path.parent_path();
    name = sample.path.filename().native();
    if (path.size() > sample.name.size() + 1 && path.ends_with("/" + sample.name)) {
        root = path.substr(0, path.size() - sample.name.size() - 1);
        name = sample.name;
    }
    const auto [place, is_new] = known.emplace(root, set.roots.size());
    if (is_new) set.roots.push_back(root);
    return place->second;
}

void widen_task(const Sample& sample, AnnotatedSet& set) {
    if (sample.has_mask()) set.task = Task::kSemantic;
    if (!sample.values.empty()) set.task = set.classes.empty() ? Task::kRegression : Task::kMultilabel;
    for (const Instance& instance : sample.instances) {
        const bool outlined = !instance.polygons.empty() || instance.mask;
        if (outlined) set.task = Task::kInstance;
        else if (set.task != Task::kInstance) set.task = Task::kDetection;
    }
    for (std::size_t i = set.targets.size(); i < sample.values.size(); ++i)
        set.targets.push_back(set.task == Task::kMultilabel ? set.classes.at(i) : fmt::format("target_{}", i));
}

Result<SplitSet> open_with_reader(const ReaderRegistry& readers, const Json& section, Split split) {
    GOETIA_ASSIGN(const auto reader, readers.make(section, "dataset"));
    auto read = reader->read(split);
    if (read) return SplitSet{split, std::move(read->set), std::move(read->findings)};
    if (read.error().code == Code::kNotFound || is_about_section(read.error())) return std::move(read).error();
    return SplitSet{split, {}, findings_in(read.error())};
}

// A data set without a reader (of a plug-in, for example): what it lists, or why it was refused.
Result<SplitSet> open_as_dataset(const DatasetRegistry& datasets, const Json& section, Split split) {
    const auto dataset = datasets.make(section, "dataset", split);
    if (dataset) {
        GOETIA_ASSIGN(AnnotatedSet set, annotated_set_of(**dataset));
        return SplitSet{split, std::move(set), {}};
    }
    if (dataset.error().code == Code::kNotFound || is_about_section(dataset.error())) return dataset.error();
    return SplitSet{split, {}, findings_in(dataset.error())};
}

// A set with missing files cannot be certified, nor a split of which nothing could be read.
Status refuse_missing(const SplitSet& opened) {
    Findings missing = opened.findings;
    if (!opened.set.images.empty())
        std::erase_if(missing, [](const Finding& one) { return one.kind != FindingKind::kMissingFile; });
    return refuse_faults(missing, fmt::format("the {} split lacks files that it refers to", split_name(opened.split)));
}

// A set may lack some of the splits, but not all.
template <class Opened, class Open>
Result<std::vector<Opened>> open_existing(const std::vector<Split>& splits, const Open& open) {
    std::vector<Opened> opened_splits;
    std::optional<Error> missing;
    for (const Split split : splits) {
        Result<Opened> opened = open(split);
        if (opened) {
            opened_splits.push_back(std::move(opened).value());
            continue;
        }
        if (opened.error().code != Code::kNotFound) return std::move(opened).error();
        if (!missing) missing = std::move(opened).error();
    }
    if (opened_splits.empty()) return missing ? *std::move(missing) : invalid("no split was requested");
    return opened_splits;
}

// A file of several splits is read once per split; its findings are kept for the first only. A split of which nothing
// else is known is dropped.
void drop_repeated_findings(std::vector<SplitSet>& sets) {
    std::set<std::tuple<FindingKind, std::string, int, std::string, std::string>> reported;
    std::vector<SplitSet> kept;
    for (SplitSet& one : sets) {
        const std::size_t all = one.findings.size();
        std::erase_if(one.findings, [&](const Finding& finding) {
            return !reported.emplace(finding.kind, finding.file, finding.line, finding.id, finding.found).second;
        });
        const bool is_known = !one.set.images.empty() || !one.findings.empty() || all == 0;
        if (is_known || sets.size() == 1) kept.push_back(std::move(one));
    }
    sets = std::move(kept);
}

}  // namespace

std::vector<Findings> findings_of(const std::vector<SplitSet>& sets) {
    const bool reported = std::ranges::any_of(sets, [](const SplitSet& one) { return has_faults(one.findings); });
    std::vector<Findings> findings;
    findings.reserve(sets.size());
    for (const SplitSet& one : sets) findings.push_back(findings_of(one.set, one.findings, reported));
    return findings;
}

std::int64_t faults_in(const Findings& findings) {
    return std::ranges::count(findings, Severity::kFault, &Finding::severity);
}

Result<std::string> format_named(const DatasetRegistry& datasets, const std::string& format) {
    const std::vector<std::string> names = datasets.names();
    for (const std::string& name : names) {
        if (normalized(name) == normalized(format)) return name;
    }
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    const std::string near = nearest_name(format, names);
    return not_found("no format '{}'; {}known: {}", format,
                     near.empty() ? "" : fmt::format("did you mean '{}'? ", near), known);
}

Result<AnnotatedSet> annotated_set_of(const Dataset& dataset) {
    if (const auto* annotated = dynamic_cast<const AnnotatedDataset*>(&dataset)) return annotated->set();
    AnnotatedSet set{.classes = dataset.classes()};
    std::map<fs::path, std::uint32_t> roots;
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        GOETIA_ASSIGN(Sample sample, dataset.sample(i));
        if (sample.path.empty())
            return make_error(Code::kUnsupported,
                              "the images of this set are not separate files; use the set that was packed");
        AnnotatedImage image;
        image.root = root_of(sample, set, roots, image.name);
        widen_task(sample, set);
        image.label = sample.label;
        image.instances = std::move(sample.instances);
        image.mask = sample.mask_path;
        image.values = std::move(sample.values);
        image.subject = sample.subject;
        set.images.push_back(std::move(image));
    }
    return set;
}

Result<std::vector<SplitSet>> open_splits(const DatasetRegistry& datasets, const Json& section,
                                          const std::vector<Split>& splits) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    const bool has_reader = readers.find(type_of(section)).ok();
    GOETIA_ASSIGN(std::vector<SplitSet> sets, open_existing<SplitSet>(splits, [&](Split split) {
                      return has_reader ? open_with_reader(readers, section, split)
                                        : open_as_dataset(datasets, section, split);
                  }));
    drop_repeated_findings(sets);
    return sets;
}

Result<std::vector<SplitData>> open_data(const DatasetRegistry& datasets, const Json& section,
                                         const std::vector<Split>& splits) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    const bool has_reader = readers.find(type_of(section)).ok();
    return open_existing<SplitData>(splits, [&](Split split) -> Result<SplitData> {
        if (has_reader) {
            GOETIA_ASSIGN(SplitSet opened, open_with_reader(readers, section, split));
            GOETIA_TRY(refuse_missing(opened));
            return SplitData{split, std::make_shared<AnnotatedDataset>(std::move(opened.set))};
        }
        GOETIA_ASSIGN(auto data, datasets.make(section, "dataset", split));
        return SplitData{split, std::move(data)};
    });
}

}  // namespace goetia
