// goetia dataset pack: packs a set into a few large files that are read sequentially.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "base/clock.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/layout/found_set.h"
#include "feeding/packed/pack.h"

namespace goetia::cli {
namespace {

struct PackOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string output;
    bool decoded = false;
    int largest_side = 0, shard_megabytes = 256, threads = 0;
};

Result<Outcome> pack_splits(const PackOptions& options, const StopToken& stop) {
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const Json config, section_of(*options.set));
    const double begin = steady_seconds();
    Outcome outcome{.json = {{"output", options.output}, {"splits", Json::object()}}};
    GOETIA_TRY(make_folder_atomically(options.output, [&](const std::filesystem::path& temporary) -> Status {
        Json section{{"type", "Packed"}};
        std::optional<Task> task;
        for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
            const auto dataset = datasets.make(config, "dataset", split);
            if (!dataset) {
                if (dataset.error().code == Code::kNotFound && split != Split::kTrain)
                    continue;  // a set need not have it
                return Status(dataset.error());
            }
            CountLine line;
            GOETIA_TRY(pack(**dataset, {.folder = temporary,
                                        .split = split,
                                        .decoded = options.decoded,
                                        .largest_side = options.largest_side,
                                        .shard_bytes = static_cast<std::uint64_t>(options.shard_megabytes) << 20,
                                        .parallel = {.threads = options.threads,
                                                     .on_progress = [&](std::int64_t done,
                                                                        std::int64_t all) { line.show(done, all); },
                                                     .stop = stop}}));
            outcome.json["splits"][std::string(split_name(split))] = (*dataset)->size();
            outcome.text += fmt::format("{:<6}{:>8} images\n", split_name(split), (*dataset)->size());
            if (!(*dataset)->classes().empty()) section["num_classes"] = (*dataset)->classes().size();
            if (const auto* annotated = dynamic_cast<const AnnotatedDataset*>(dataset->get())) {
                task = annotated->set().task;
            } else if ((*dataset)->size() > 0) {
                GOETIA_ASSIGN(const Sample first, (*dataset)->sample(0));
                task = task_of(first, **dataset);
            }
        }
        return write_dataset_file(temporary, section, task);
    }));
    outcome.text += fmt::format("packed into '{}' ({}); use it with dataset.type=Packed\n", options.output,
                                readable_duration(steady_seconds() - begin));
    return outcome;
}

}  // namespace

void add_dataset_pack(Command& dataset, Context& context) {
    const auto options = std::make_shared<PackOptions>();
    Command& command =
        dataset.command("pack", "Packs a set into a few large files that are quick to load from a disk or over HTTP");
    add_set_options(command, options->set, context);
    command.option("--output", options->output, "The folder for the packed files").required();
    command.flag("--decoded", options->decoded, "Store pixels instead of files: larger, nothing to decode");
    command
        .option("--max-size", options->largest_side,
                "With --decoded: scale larger images down to this; 0: do not scale")
        .range(0, 65535)
        .show_default();
    command.option("--shard-mb", options->shard_megabytes, "The maximum size of a file").range(1, 65536).show_default();
    command.option("--threads", options->threads, "0: one per core").show_default().range(0, 1024);
    context.on(command,
               [options] { return stoppable([&](const StopToken& stop) { return pack_splits(*options, stop); }); });
}

}  // namespace goetia::cli
