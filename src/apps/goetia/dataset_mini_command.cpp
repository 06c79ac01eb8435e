// goetia dataset mini: writes a small representative subset of a set.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "datasets/formats/writer.h"
#include "datasets/layout/found_set.h"
#include "datasets/mini.h"
#include "datasets/validation/leave_out.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {
namespace {

struct MiniOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string output, format;
    std::int64_t count = 100;
    std::uint64_t seed = 0;
    bool link = false;
};

// The format to write: as requested, else that of the set or its closest writable relative.
Result<std::string> written_format(const MiniOptions& options, const Json& section) {
    std::string format = section["type"].get<std::string>();
    if (!options.format.empty()) {
        format = options.format;
    } else if (format == "ImageNet") {
        format = "ImageFolder";  // the same set, read from its folders or its lists
    }
    return writable_format(format);
}

// A faulty set must not be used for a subset.
Status check_sets(const std::vector<SplitSet>& sets) {
    Findings all;
    for (const SplitSet& one : sets) {
        const Findings findings = findings_of(one.set, one.findings), missing = missing_images(one.set);
        all.insert(all.end(), findings.begin(), findings.end());
        all.insert(all.end(), missing.begin(), missing.end());
    }
    return refuse_faults(all, "the set has faults; 'goetia dataset validate' lists them all");
}

// The number of images per split. No split with images may lose all of them.
Result<std::vector<std::int64_t>> counts_of(const std::vector<SplitSet>& sets, std::int64_t count) {
    std::vector<std::int64_t> sizes;
    std::int64_t with_images = 0;
    for (const SplitSet& one : sets) {
        sizes.push_back(std::ssize(one.set.images));
        with_images += one.set.images.empty() ? 0 : 1;
    }
    if (count < with_images)
        return invalid(
            "--count is {}, but the set has {} splits, each of which needs an image; use {} or more, or "
            "select one split with --split",
            count, with_images, with_images);
    return allot(count, sizes);
}

Result<Outcome> mini(const MiniOptions& options, const StopToken& stop) {
    GOETIA_ASSIGN(const Json section, section_of(*options.set));
    GOETIA_ASSIGN(const std::string format, written_format(options, section));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(datasets, section, splits_of(*options.set)));
    GOETIA_TRY(check_sets(sets));
    GOETIA_ASSIGN(const std::vector<std::int64_t> counts, counts_of(sets, options.count));
    Outcome outcome{
        .json = {{"dir", options.output}, {"format", format}, {"seed", options.seed}, {"splits", Json::object()}}};
    LostCounts lost;
    GOETIA_TRY(make_folder_atomically(options.output, [&](const std::filesystem::path& temporary) -> Status {
        std::vector<Split> written;
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (counts[i] == 0) continue;  // the split is empty
            GOETIA_ASSIGN(const auto classes, classes_per_image(sets[i].set, {.stop = stop}));
            const AnnotatedSet part = subset(sets[i].set, select_mini(sets[i].set, classes, counts[i], options.seed));
            CountLine line;
            const WritePlan plan{.folder = temporary,
                                 .split = sets[i].split,
                                 .transfer = options.link ? FileTransfer::kLink : FileTransfer::kCopy,
                                 .on_progress = [&line](std::int64_t done, std::int64_t all) { line.show(done, all); },
                                 .stop = stop};
            GOETIA_ASSIGN(const LostCounts of_split, builtin_writers().at(format)(part, plan));
            for (const auto& [what, count] : of_split) lost[what] += count;
            outcome.json["splits"][std::string(split_name(sets[i].split))] = part.images.size();
            outcome.text += fmt::format("{:<6}{} of {} images\n", split_name(sets[i].split), part.images.size(),
                                        sets[i].set.images.size());
            written.push_back(sets[i].split);
        }
        const AnnotatedSet& first = sets.front().set;
        return write_dataset_file(temporary, written_section(format, first, written), first.task);
    }));
    outcome.json["lost"] = lost;
    for (const auto& [what, count] : lost)
        outcome.text += fmt::format("lost: {} {}, which {} cannot store\n", count, what, format);
    outcome.text += fmt::format("wrote '{}' as {}\n", options.output, format);
    return outcome;
}

}  // namespace

void add_dataset_mini(Command& dataset, Context& context) {
    const auto options = std::make_shared<MiniOptions>();
    Command& command = dataset.command("mini", "Writes a small set that keeps the class balance and all annotations");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.option("--count", options->count, "Number of images, over all splits")
        .show_default()
        .range(1, 1'000'000'000);
    command.option("--output", options->output, "The folder to create; it must not exist, or be empty").required();
    command.option("--to", options->format, "The format to write; by default that of the set");
    command.option("--seed", options->seed, "The same seed selects the same images").show_default().not_negative();
    command.flag("--link", options->link, "Hard-link the images instead of copying them");
    context.on(command, [options] { return stoppable([&](const StopToken& stop) { return mini(*options, stop); }); });
}

}  // namespace goetia::cli
