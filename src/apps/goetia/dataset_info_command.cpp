// goetia dataset info: what a set holds, split by split.
#include <algorithm>
#include <iterator>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct InfoWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    bool pictures = false;
    int threads = 0;
};

struct Opened {
    std::vector<ImageInfo> pictures;
    std::vector<MaskInfo> masks;
};

Result<Opened> open_files(const AnnotatedSet& set, const InfoWish& wish, FileHashes& hashes) {
    Opened opened;
    if (!wish.pictures) return opened;
    CountLine line;
    const ParallelOptions options{.threads = wish.threads,
                                  .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }};
    GOETIA_ASSIGN(opened.pictures, scan_images(set, hashes, options));
    if (set.task == Task::kSemantic) {
        GOETIA_ASSIGN(opened.masks, scan_masks(set, hashes, options));
    }
    return opened;
}

Result<Certificate> certificate_of(const AnnotatedSet& set, int threads, FileHashes& hashes) {
    CountLine line;
    return certify(
        AnnotatedDataset(set), hashes,
        {.threads = threads, .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }});
}

Result<Outcome> info(const InfoWish& wish) {
    GOETIA_ASSIGN(const Json section, section_of(*wish.set));
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(section, splits_of(*wish.set)));
    FileHashes hashes = hashes_for(*wish.set, common_folder(sets));
    Outcome outcome{.json = {{"format", section["type"]},
                             {"data_root", section.value("data_root", Json(nullptr))},
                             {"splits", Json::object()}}};
    std::vector<std::pair<Split, std::string>> fingerprints;
    std::vector<Findings> told = findings_of(sets);
    Findings findings;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const SplitSet& one = sets[i];
        GOETIA_ASSIGN(const Opened opened, open_files(one.set, wish, hashes));
        const SetStatistics statistics = statistics_of(one.set, opened.pictures, opened.masks);
        GOETIA_ASSIGN(const Certificate certificate, certificate_of(one.set, wish.threads, hashes));
        fingerprints.emplace_back(one.split, certificate.fingerprint);
        Json json = to_json(statistics, one.set);
        json["fingerprint"] = certificate.fingerprint;
        json["faults"] = faults_in(told[i]);
        std::ranges::move(told[i], std::back_inserter(findings));
        outcome.json["splits"][std::string(split_name(one.split))] = std::move(json);
        outcome.text += fmt::format("{}: {} images for {}\n{}", split_name(one.split), statistics.images,
                                    task_name(one.set.task), text_of(statistics, one.set));
    }
    outcome.json["fingerprint"] = combined_fingerprint(fingerprints);
    outcome.text += fmt::format("fingerprint {}\n", combined_fingerprint(fingerprints));
    outcome.text += text_of(std::move(findings));
    if (const Status saved = hashes.save(); !saved)
        outcome.text +=
            fmt::format("the files' hashes could not be kept for the next time: {}\n", saved.error().message);
    return outcome;
}

}  // namespace

void add_dataset_info(Command& dataset, Context& context) {
    const auto wish = std::make_shared<InfoWish>();
    Command& command = dataset.command(
        "info", "Counts what each split holds: images, classes, objects, subjects, sizes; and prints the fingerprint");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.flag("--pictures", wish->pictures, "Open every picture and mask for their sizes and pixels");
    command.option("--threads", wish->threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return info(*wish); });
}

}  // namespace goetia::cli
