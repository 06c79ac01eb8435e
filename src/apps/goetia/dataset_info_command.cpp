// goetia dataset info: the contents of a set, split by split.
#include <algorithm>
#include <iterator>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct InfoOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    bool open_files = false;
    int threads = 0;
};

struct Opened {
    std::vector<ImageInfo> images;
    std::vector<MaskInfo> masks;
};

Result<Opened> open_files(const AnnotatedSet& set, const InfoOptions& options, FileHashes& hashes) {
    Opened opened;
    if (!options.open_files) return opened;
    CountLine line;
    const ParallelOptions parallel{.threads = options.threads,
                                   .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }};
    GOETIA_ASSIGN(opened.images, scan_images(set, hashes, parallel));
    if (set.task == Task::kSemantic) {
        GOETIA_ASSIGN(opened.masks, scan_masks(set, hashes, parallel));
    }
    return opened;
}

Result<Certificate> certificate_of(const AnnotatedSet& set, int threads, FileHashes& hashes) {
    CountLine line;
    return certify(
        AnnotatedDataset(set), hashes,
        {.threads = threads, .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }});
}

Result<Outcome> info(const InfoOptions& options) {
    GOETIA_ASSIGN(const Json section, section_of(*options.set));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(datasets, section, splits_of(*options.set)));
    FileHashes hashes = hashes_for(*options.set, common_folder(sets));
    Outcome outcome{.json = {{"format", section["type"]},
                             {"data_root", section.value("data_root", Json(nullptr))},
                             {"splits", Json::object()}}};
    std::vector<std::pair<Split, std::string>> fingerprints;
    std::vector<Findings> reported = findings_of(sets);
    Findings findings;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const SplitSet& one = sets[i];
        GOETIA_ASSIGN(const Opened opened, open_files(one.set, options, hashes));
        const SetStatistics statistics = statistics_of(one.set, opened.images, opened.masks);
        GOETIA_ASSIGN(const Certificate certificate, certificate_of(one.set, options.threads, hashes));
        fingerprints.emplace_back(one.split, certificate.fingerprint);
        Json json = to_json(statistics, one.set);
        json["fingerprint"] = certificate.fingerprint;
        json["faults"] = faults_in(reported[i]);
        std::ranges::move(reported[i], std::back_inserter(findings));
        outcome.json["splits"][std::string(split_name(one.split))] = std::move(json);
        outcome.text += fmt::format("{}: {} images for {}\n{}", split_name(one.split), statistics.images,
                                    task_name(one.set.task), text_of(statistics, one.set));
    }
    outcome.json["fingerprint"] = combined_fingerprint(fingerprints);
    outcome.text += fmt::format("fingerprint {}\n", combined_fingerprint(fingerprints));
    outcome.text += text_of(std::move(findings));
    if (const Status saved = hashes.save(); !saved)
        outcome.text += fmt::format("the file hashes could not be cached: {}\n", saved.error().message);
    return outcome;
}

}  // namespace

void add_dataset_info(Command& dataset, Context& context) {
    const auto options = std::make_shared<InfoOptions>();
    Command& command = dataset.command(
        "info", "Counts images, classes, objects, subjects and sizes of each split, and prints the fingerprint");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.flag("--pictures", options->open_files, "Open every image and mask for sizes and pixel counts");
    command.option("--threads", options->threads, "0: one per core").show_default().range(0, 1024);
    context.on(command, [options] { return info(*options); });
}

}  // namespace goetia::cli
