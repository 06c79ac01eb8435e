// goetia dataset pack: a set as a few large files that are read in order.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "base/clock.h"
#include "feeding/packed/pack.h"

namespace goetia::cli {
namespace {

struct PackWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string output;
    bool decoded = false;
    int largest_side = 0, shard_megabytes = 256, threads = 0;
};

Result<Outcome> pack_splits(const PackWish& wish, const StopToken& stop) {
    DatasetRegistry registry(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(registry));
    GOETIA_ASSIGN(const Json config, section_of(*wish.set));
    const double begin = steady_seconds();
    Outcome outcome{.json = {{"output", wish.output}, {"splits", Json::object()}}};
    GOETIA_TRY(make_folder_atomically(wish.output, [&](const std::filesystem::path& beside) -> Status {
        for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
            const auto dataset = registry.make(config, "dataset", split);
            if (!dataset) {
                if (dataset.error().code == Code::kNotFound && split != Split::kTrain)
                    continue;  // a set need not have it
                return Status(dataset.error());
            }
            CountLine line;
            GOETIA_TRY(pack(**dataset, {.folder = beside,
                                        .split = split,
                                        .decoded = wish.decoded,
                                        .largest_side = wish.largest_side,
                                        .shard_bytes = static_cast<std::uint64_t>(wish.shard_megabytes) << 20,
                                        .parallel = {.threads = wish.threads,
                                                     .on_progress = [&](std::int64_t done,
                                                                        std::int64_t all) { line.show(done, all); },
                                                     .stop = stop}}));
            outcome.json["splits"][std::string(split_name(split))] = (*dataset)->size();
            outcome.text += fmt::format("{:<6}{:>8} images\n", split_name(split), (*dataset)->size());
        }
        return {};
    }));
    outcome.text += fmt::format("packed into '{}' ({}); use it with dataset.type=Packed\n", wish.output,
                                readable_duration(steady_seconds() - begin));
    return outcome;
}

}  // namespace

void add_dataset_pack_command(Command& dataset, Context& context) {
    const auto wish = std::make_shared<PackWish>();
    Command& command =
        dataset.command("pack", "Packs a set into a few large files that are quick to load from a disk or over HTTP");
    add_set_options(command, wish->set);
    command.option("--output", wish->output, "The folder for the packed files").required();
    command.flag("--decoded", wish->decoded, "Keep pixels in place of files: larger, nothing to decode");
    command
        .option("--max-size", wish->largest_side, "With --decoded: scale larger pictures down to this; 0 leaves them")
        .range(0, 65535)
        .show_default();
    command.option("--shard-mb", wish->shard_megabytes, "How large a file grows").range(1, 65536).show_default();
    command.option("--threads", wish->threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return stoppable([&](const StopToken& stop) { return pack_splits(*wish, stop); }); });
}

}  // namespace goetia::cli
