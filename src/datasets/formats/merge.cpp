#include "datasets/formats/merge.h"

#include <algorithm>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/validation/checks.h"

namespace goetia {
namespace {

Fault unknown(const std::string& path, const std::string& name, const std::vector<std::string>& known,
              std::string message) {
    return {.path = path,
            .message = std::move(message),
            .found = fmt::format("'{}'", name),
            .allowed = some_of(known),
            .nearest = nearest_name(name, known)};
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

Result<std::vector<std::int64_t>> SetMerger::numbers(const DataSource& source, const ClassMap& map,
                                                     const std::vector<std::string>& classes) {
    Error error = invalid("the classes of source '{}' do not fit", source.name);
    for (const auto& [from, to] : map) {
        if (!contains(classes, from))
            error.faults.push_back(unknown("class_map", from, classes, "the source has no such class"));
    }
    std::vector<std::string>& all = read_.set.classes;
    std::vector<std::int64_t> numbers;
    for (const std::string& name : classes) {
        const auto mapped = map.find(name);
        if (mapped != map.end() && !mapped->second) {
            numbers.push_back(-1);
            continue;
        }
        const std::string& here = mapped == map.end() ? name : *mapped->second;
        if (!contains(all, here) && fixed_) {
            error.faults.push_back(unknown("classes", here, all,
                                           "the list has no such class; add it, or map it in the source's class_map"));
            continue;
        }
        if (!contains(all, here)) all.push_back(here);
        numbers.push_back(std::ranges::find(all, here) - all.begin());
    }
    if (!error.faults.empty()) return error;
    return numbers;
}

Status SetMerger::check_task(const DataSource& source, const AnnotatedSet& set) {
    if (read_.set.sources.empty()) {
        read_.set.task = set.task;
        read_.set.targets = set.targets;
        return {};
    }
    // Boxes with and without outlines can be combined: a source with plain boxes or none does not contradict the
    // others.
    const auto of_objects = [](Task task) { return task == Task::kDetection || task == Task::kInstance; };
    if (of_objects(set.task) && of_objects(read_.set.task)) read_.set.task = std::max(set.task, read_.set.task);
    else if (set.task != read_.set.task)
        return invalid("source '{}' is for {}, the sources before it are for {}; use sources for one task", source.name,
                       task_name(set.task), task_name(read_.set.task));
    if (set.targets != read_.set.targets)
        return invalid(
            "source '{}' predicts {}, the sources before it {}; use the same target_columns in the same order",
            source.name, some_of(set.targets), some_of(read_.set.targets));
    return {};
}

void SetMerger::note_left_out(const DataSource& source, const std::vector<std::int64_t>& numbers,
                              const AnnotatedSet& set) {
    std::vector<std::int64_t> counts(numbers.size(), 0);
    const auto count = [&](std::int64_t label) {
        if (label >= 0 && label < static_cast<std::int64_t>(counts.size())) ++counts[static_cast<std::size_t>(label)];
    };
    for (const AnnotatedImage& image : set.images) {
        count(image.label);
        for (const Instance& one : image.instances) count(one.label);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] >= 0 || counts[i] == 0) continue;
        read_.findings.push_back({.kind = FindingKind::kUnknownClass,
                                  .id = set.classes[i],
                                  .found = fmt::format("source '{}': class_map leaves out {} of class '{}'",
                                                       source.name, counts[i], set.classes[i]),
                                  .fix = "no action needed if this is intended",
                                  .severity = Severity::kNote});
    }
}

void SetMerger::take_images(const std::vector<std::int64_t>& numbers, AnnotatedSet set) {
    AnnotatedSet& all = read_.set;
    const auto first_root = static_cast<std::uint32_t>(all.roots.size());
    const auto first_file = static_cast<std::uint32_t>(all.files.size());
    all.roots.insert(all.roots.end(), set.roots.begin(), set.roots.end());
    all.files.insert(all.files.end(), set.files.begin(), set.files.end());
    const auto here = [&](std::int64_t label) {
        return label < 0 || label >= static_cast<std::int64_t>(numbers.size())
                   ? -1
                   : numbers[static_cast<std::size_t>(label)];
    };
    for (AnnotatedImage& image : set.images) {
        const bool labelled = image.label >= 0;
        image.label = here(image.label);
        if (labelled && image.label < 0) continue;
        for (Instance& one : image.instances) one.label = here(one.label);
        std::erase_if(image.instances, [](const Instance& one) { return one.label < 0; });
        image.root += first_root;
        if (image.location.file != AnnotationLocation::kNoFile) image.location.file += first_file;
        if (image.objects_file) *image.objects_file += first_file;
        image.source = static_cast<std::uint32_t>(all.sources.size());
        all.images.push_back(std::move(image));
    }
}

// Objects with a class out of range have no index in the merged set and are dropped; everything wrong with them is
// reported first.
void SetMerger::report_unknown_classes(ReadSet& own) const {
    if (own.set.classes.empty() && has_faults(own.findings)) return;  // the reason is already reported
    Findings unnumbered;
    check_classes(own.set, unnumbered);
    for (Finding& finding : unnumbered) {
        Findings more;
        if (finding.image >= 0) {
            const AnnotatedImage& image = own.set.images[static_cast<std::size_t>(finding.image)];
            more = check_geometry(image, image.instances[static_cast<std::size_t>(finding.instance)], finding.file);
        }
        finding.image = finding.instance = -1;
        own.findings.push_back(std::move(finding));
        std::ranges::move(more, std::back_inserter(own.findings));
    }
}

bool SetMerger::ExtraFields::add(const std::string& fields) {
    if (fields.empty() || fields == text) return false;
    const bool conflicts = differs || !text.empty();
    differs = conflicts;
    if (text.empty()) text = fields;
    return conflicts;
}

void SetMerger::take_extra_fields(const DataSource& source, const std::vector<std::int64_t>& numbers,
                                  const AnnotatedSet& set) {
    of_classes_.resize(read_.set.classes.size());
    std::vector<std::string> differing;
    for (std::size_t i = 0; i < std::min(numbers.size(), set.class_more.size()); ++i) {
        if (numbers[i] >= 0 && of_classes_[static_cast<std::size_t>(numbers[i])].add(set.class_more[i]))
            differing.push_back(fmt::format("the class '{}'", set.classes[i]));
    }
    if (of_set_.add(set.more)) differing.emplace_back("the set");
    if (differing.empty()) return;
    read_.findings.push_back(
        {.kind = FindingKind::kClassLists,
         .file = set_location(set),
         .id = source.name,
         .found =
             fmt::format("source '{}' differs from the sources before it in extra fields (supercategory, info ...), "
                         "which are therefore dropped: of {}",
                         source.name, some_of(differing)),
         .fix = "no action needed if they are not used; else make the sources agree",
         .severity = Severity::kNote});
}

ReadSet SetMerger::merged() && {
    AnnotatedSet& set = read_.set;
    for (std::size_t i = 0; i < of_classes_.size(); ++i) {
        if (of_classes_[i].differs) ++read_.differing["further fields of classes (supercategory, skeleton ...)"];
        else if (!of_classes_[i].text.empty()) {
            set.class_more.resize(set.classes.size());
            set.class_more[i] = std::move(of_classes_[i].text);
        }
    }
    if (of_set_.differs) ++read_.differing["further fields of the whole (info, licenses ...)"];
    else set.more = std::move(of_set_.text);
    return std::move(read_);
}

Status SetMerger::add(const DataSource& source, const ClassMap& map, ReadSet own) {
    GOETIA_TRY(check_task(source, own.set));
    GOETIA_ASSIGN(const std::vector<std::int64_t> numbers, numbers(source, map, own.set.classes));
    for (std::size_t i = 0; own.set.task == Task::kSemantic && i < numbers.size(); ++i) {
        if (numbers[i] == static_cast<std::int64_t>(i)) continue;
        return make_error(
            Code::kUnsupported,
            "source '{}' numbers class '{}' as {}, the merged set as {}: mask pixels keep their values, so "
            "the sources of a semantic set need the same list of classes in the same order",
            source.name, own.set.classes[i], i, numbers[i]);
    }
    report_unknown_classes(own);
    for (Finding& finding : own.findings) read_.findings.push_back(std::move(finding));
    note_left_out(source, numbers, own.set);
    take_extra_fields(source, numbers, own.set);
    take_images(numbers, std::move(own.set));
    read_.set.sources.push_back(source);
    return {};
}

}  // namespace goetia
