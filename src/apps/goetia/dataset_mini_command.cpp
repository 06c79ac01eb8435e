// goetia dataset mini: a small set that stands for a large one.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "datasets/formats/writer.h"
#include "datasets/mini.h"
#include "datasets/validation/leave_out.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {
namespace {

struct MiniWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string output, format;
    std::int64_t count = 100;
    std::uint64_t seed = 0;
    bool link = false;
};

// The format to write: as asked, else that of the set, or the nearest kin that can be written.
Result<std::string> written_format(const MiniWish& wish, const Json& section) {
    std::string format = section["type"].get<std::string>();
    if (!wish.format.empty()) {
        format = wish.format;
    } else if (format == "ImageNet") {
        format = "ImageFolder";  // the same set, read from its folders or its lists
    }
    return writable_format(format);
}

// What has faults must not get into a set that stands for this one.
Status check_sets(const std::vector<SplitSet>& sets) {
    Findings all;
    for (const SplitSet& one : sets) {
        const Findings findings = findings_of(one.set, one.findings), missing = missing_images(one.set);
        all.insert(all.end(), findings.begin(), findings.end());
        all.insert(all.end(), missing.begin(), missing.end());
    }
    return refuse_faults(all, "the set has faults; 'goetia dataset validate' names them all");
}

// How many images of each split. A split that lost all of its images would be no split.
Result<std::vector<std::int64_t>> counts_of(const std::vector<SplitSet>& sets, std::int64_t count) {
    std::vector<std::int64_t> sizes;
    std::int64_t with_images = 0;
    for (const SplitSet& one : sets) {
        sizes.push_back(std::ssize(one.set.images));
        with_images += one.set.images.empty() ? 0 : 1;
    }
    if (count < with_images)
        return invalid(
            "--count is {}, and the set has {} splits, each of which needs an image; say {} or more, or "
            "name one split with --split",
            count, with_images, with_images);
    return allot(count, sizes);
}

Result<Outcome> mini(const MiniWish& wish, const StopToken& stop) {
    GOETIA_ASSIGN(const Json section, section_of(*wish.set));
    GOETIA_ASSIGN(const std::string format, written_format(wish, section));
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(section, splits_of(*wish.set)));
    GOETIA_TRY(check_sets(sets));
    GOETIA_ASSIGN(const std::vector<std::int64_t> counts, counts_of(sets, wish.count));
    Outcome outcome{
        .json = {{"dir", wish.output}, {"format", format}, {"seed", wish.seed}, {"splits", Json::object()}}};
    LostCounts lost;
    GOETIA_TRY(make_folder_atomically(wish.output, [&](const std::filesystem::path& beside) -> Status {
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (counts[i] == 0) continue;  // the split lists no image
            GOETIA_ASSIGN(const auto shown, classes_per_image(sets[i].set, {.stop = stop}));
            const AnnotatedSet part = subset(sets[i].set, select_mini(sets[i].set, shown, counts[i], wish.seed));
            CountLine line;
            const WritePlan plan{.folder = beside,
                                 .split = sets[i].split,
                                 .transfer = wish.link ? FileTransfer::kLink : FileTransfer::kCopy,
                                 .on_progress = [&line](std::int64_t done, std::int64_t all) { line.show(done, all); },
                                 .stop = stop};
            GOETIA_ASSIGN(const LostCounts of_split, builtin_writers().at(format)(part, plan));
            for (const auto& [what, count] : of_split) lost[what] += count;
            outcome.json["splits"][std::string(split_name(sets[i].split))] = part.images.size();
            outcome.text += fmt::format("{:<6}{} of {} images\n", split_name(sets[i].split), part.images.size(),
                                        sets[i].set.images.size());
        }
        return {};
    }));
    outcome.json["lost"] = lost;
    for (const auto& [what, count] : lost)
        outcome.text += fmt::format("lost: {} {}, which {} cannot say\n", count, what, format);
    outcome.text += fmt::format("wrote '{}' as {}\n", wish.output, format);
    return outcome;
}

}  // namespace

void add_dataset_mini(Command& dataset, Context& context) {
    const auto wish = std::make_shared<MiniWish>();
    Command& command = dataset.command("mini", "Writes a small set that keeps the class balance and all annotations");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.option("--count", wish->count, "How many images, of all splits together")
        .show_default()
        .range(1, 1'000'000'000);
    command.option("--output", wish->output, "The folder to make; it must not exist or be empty").required();
    command.option("--to", wish->format, "The format to write; without it the set's own");
    command.option("--seed", wish->seed, "The same seed picks the same images").show_default().not_negative();
    command.flag("--link", wish->link, "Hard-link the pictures in place of copying them");
    context.on(command, [wish] { return stoppable([&](const StopToken& stop) { return mini(*wish, stop); }); });
}

}  // namespace goetia::cli
