#include "master/data_sets/data_set_checks.h"

#include <algorithm>

#include "base/atomic_folder.h"
#include "base/json.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/formats/writer.h"
#include "datasets/layout/found_set.h"
#include "datasets/mini.h"
#include "datasets/validation/leave_out.h"
#include "datasets/validation/validate.h"
#include "feeding/transform.h"
#include "imaging/decode/encode.h"
#include "imaging/preview/sheet.h"
#include "master/data_sets/opened_sets.h"

namespace goetia {
namespace {

constexpr int kCheckThreads = 1;  // the rest of the machine is the master's

const std::vector<Split> kAllSplits{Split::kTrain, Split::kVal, Split::kTest};

Result<DatasetRegistry> known_formats() {
    DatasetRegistry datasets(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(datasets));
    return datasets;
}

Result<std::vector<SplitSet>> opened_splits(const DataSetPlace& place) {
    GOETIA_ASSIGN(const Json section, data_set_section(place));
    GOETIA_ASSIGN(const DatasetRegistry datasets, known_formats());
    return open_splits(datasets, section, kAllSplits);
}

ParallelOptions parallel_of(const CheckProgress& progress) {
    return {.threads = kCheckThreads, .on_progress = progress.on_progress, .stop = progress.stop};
}

}  // namespace

Result<std::string> data_set_format(const std::string& name) {
    GOETIA_ASSIGN(const DatasetRegistry datasets, known_formats());
    return format_named(datasets, name);
}

Result<Json> data_set_section(const DataSetPlace& place) {
    if (place.format.empty()) {
        GOETIA_ASSIGN(FoundSet found, find_set({place.folder.native()}));
        return std::move(found.section);
    }
    GOETIA_ASSIGN(const std::string format, data_set_format(place.format));
    return Json{{"type", format}, {"data_root", place.folder.native()}};
}

Result<Json> data_set_facts(const DataSetPlace& place) {
    GOETIA_ASSIGN(Json section, data_set_section(place));
    GOETIA_ASSIGN(const DatasetRegistry datasets, known_formats());
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(datasets, section, kAllSplits));
    Json facts = {{"section", std::move(section)}};
    for (const SplitSet& one : sets) {
        facts[std::string(split_name(one.split))] = one.set.images.size();
        if (one.split != Split::kTrain && facts.contains("task")) continue;
        facts["task"] = task_name(one.set.task);
        facts["classes"] = one.set.classes;
    }
    return facts;
}

Result<OpenedSet> read_whole_set(const DataSetPlace& place) {
    GOETIA_ASSIGN(std::vector<SplitSet> sets, opened_splits(place));
    OpenedSet opened;
    for (SplitSet& one : sets) {
        if (one.set.images.empty()) continue;
        Findings findings = findings_of(one.set, std::move(one.findings));
        leave_out_faulty(one.set, findings);
        opened.task = one.set.task;
        opened.splits[one.split] = std::make_shared<const AnnotatedDataset>(std::move(one.set));
    }
    if (opened.splits.empty()) return invalid("the data set has no images");
    return opened;
}

Result<Json> validate_data_set(const DataSetPlace& place, const CheckProgress& progress) {
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, opened_splits(place));
    FileHashes hashes(common_folder(sets), place.cache);
    GOETIA_ASSIGN(const Validation validation, validate(sets, {.parallel = parallel_of(progress)}, hashes));
    GOETIA_TRY(hashes.save());
    Json told = to_json(validation, sets);
    told["ok"] = validation.ok();
    return told;
}

Result<Json> certify_data_set(const DataSetPlace& place, const CheckProgress& progress) {
    GOETIA_ASSIGN(const Json section, data_set_section(place));
    GOETIA_ASSIGN(const DatasetRegistry datasets, known_formats());
    GOETIA_ASSIGN(const std::vector<SplitData> splits, open_data(datasets, section, kAllSplits));
    std::filesystem::path folder;
    for (const SplitData& one : splits) {
        GOETIA_ASSIGN(const std::filesystem::path own, common_folder(*one.data));
        folder = common_folder(folder, own);
    }
    FileHashes hashes(folder, place.cache);
    std::vector<std::pair<Split, std::string>> fingerprints;
    Json told = {{"splits", Json::object()}};
    for (const SplitData& one : splits) {
        GOETIA_ASSIGN(Certificate certificate, certify(*one.data, hashes, parallel_of(progress)));
        if (certificate.unreadable > 0)
            return failed("{} of the {} split's files cannot be read, so nothing can be certified",
                          certificate.unreadable, split_name(one.split));
        if (std::string known = one.data->known_fingerprint(); !known.empty()) certificate.fingerprint = known;
        fingerprints.emplace_back(one.split, certificate.fingerprint);
        told["splits"][std::string(split_name(one.split))] = to_json(certificate);
    }
    GOETIA_TRY(hashes.save());
    told["fingerprint"] = combined_fingerprint(fingerprints);
    return told;
}

Result<std::string> preview_data_set(const DataSetPlace& place, std::int64_t count, const CheckProgress& progress) {
    GOETIA_ASSIGN(std::vector<SplitSet> sets, opened_splits(place));
    const auto filled = std::ranges::find_if(sets, [](const SplitSet& one) { return !one.set.images.empty(); });
    if (filled == sets.end()) return invalid("the data set has no images");
    const AnnotatedDataset dataset(std::move(filled->set));
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(transforms));
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (!dataset.set().images.front().mask.empty()) steps.push_back({{"type", "LoadMask"}});
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "preview"));
    const std::int64_t shown = std::min(count, dataset.size());
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < shown; ++i) {  // spread evenly over the set
        if (progress.stop.stop_requested()) return make_error(Code::kCancelled, "the preview was stopped");
        GOETIA_ASSIGN(Sample sample, dataset.sample(i * dataset.size() / shown));
        if (!pipeline.apply(sample, 0, 0, &dataset)) sample = placeholder_sample(sample.index, sample.name);
        samples.push_back(std::move(sample));
        progress.on_progress(i + 1, shown);
    }
    SheetPlan plan;
    plan.targets = dataset.set().targets;
    return encode_png(contact_sheet(samples, dataset.classes(), plan));
}

Result<Json> write_mini_data_set(const DataSetPlace& place, std::int64_t count, const std::filesystem::path& target,
                                 const CheckProgress& progress) {
    GOETIA_ASSIGN(const Json section, data_set_section(place));
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, opened_splits(place));
    std::string format = section["type"].get<std::string>();
    if (format == "ImageNet") format = "ImageFolder";  // the same set, read from its folders or its lists
    if (!builtin_writers().contains(format))
        return make_error(Code::kUnsupported, "sets of the format '{}' cannot be written", format);
    std::vector<std::int64_t> sizes;
    for (const SplitSet& one : sets) {
        GOETIA_TRY(refuse_faults(findings_of(one.set, one.findings), "the set has faults; validate it"));
        GOETIA_TRY(refuse_faults(missing_images(one.set), "the set lacks images; validate it"));
        sizes.push_back(std::ssize(one.set.images));
    }
    const std::vector<std::int64_t> counts = allot(count, sizes);
    Json told = {{"format", format}, {"splits", Json::object()}};
    GOETIA_TRY(make_folder_atomically(target, [&](const std::filesystem::path& temporary) -> Status {
        std::vector<Split> written;
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (counts[i] == 0) continue;
            GOETIA_ASSIGN(const auto classes,
                          classes_per_image(sets[i].set, {.threads = kCheckThreads, .stop = progress.stop}));
            const AnnotatedSet part = subset(sets[i].set, select_mini(sets[i].set, classes, counts[i], 0));
            const WritePlan plan{.folder = temporary,
                                 .split = sets[i].split,
                                 .on_progress = progress.on_progress,
                                 .stop = progress.stop};
            GOETIA_ASSIGN(const LostCounts lost, builtin_writers().at(format)(part, plan));
            for (const auto& [what, number] : lost) told["lost"][what] = number;
            told["splits"][std::string(split_name(sets[i].split))] = part.images.size();
            written.push_back(sets[i].split);
        }
        const AnnotatedSet& first = sets.front().set;
        return write_dataset_file(temporary, written_section(format, first, written), first.task);
    }));
    return told;
}

}  // namespace goetia
