// goetia dataset filter: lists images that do not have the required resolution as non-compliant.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "base/files.h"
#include "base/parallel.h"
#include "datasets/validation/open_sets.h"
#include "imaging/decode/image_size.h"

namespace goetia::cli {
namespace {

struct FilterOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::vector<int> min_size{1, 1}, max_size;  // width, height
    std::string output;
    int threads = 0;
};

struct Judged {
    ImageSize size;
    std::string why;  // empty if compliant
};

Judged judge(const std::filesystem::path& path, const FilterOptions& options) {
    const auto size = read_image_size(path);
    if (!size) return {{}, size.error().message};
    const bool small = size->width < options.min_size[0] || size->height < options.min_size[1];
    const bool large =
        !options.max_size.empty() && (size->width > options.max_size[0] || size->height > options.max_size[1]);
    if (small) return {*size, fmt::format("below {}x{}", options.min_size[0], options.min_size[1])};
    if (large) return {*size, fmt::format("above {}x{}", options.max_size[0], options.max_size[1])};
    return {*size, ""};
}

Result<Outcome> filter(const FilterOptions& options) {
    GOETIA_ASSIGN(const Json section, section_of(*options.set));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(datasets, section, splits_of(*options.set)));
    Outcome outcome{.json = {{"output", options.output}, {"splits", Json::object()}}};
    std::string list;
    std::int64_t faults = 0;
    for (const SplitSet& one : sets) {
        faults += faults_in(findings_of(one.set, one.findings));
        const auto& images = one.set.images;
        std::vector<Judged> judged(images.size());
        CountLine line;
        GOETIA_TRY(parallel_for(static_cast<std::int64_t>(images.size()),
                                {.threads = options.threads,
                                 .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }},
                                [&](std::int64_t i) {
                                    const auto index = static_cast<std::size_t>(i);
                                    judged[index] = judge(one.set.path(images[index]), options);
                                    return Status();
                                }));
        std::int64_t non_compliant = 0;
        for (std::size_t i = 0; i < judged.size(); ++i) {
            if (judged[i].why.empty()) continue;
            ++non_compliant;
            list += fmt::format("{}\t{}\t{}x{}\t{}\n", split_name(one.split), one.set.path(images[i]).native(),
                                judged[i].size.width, judged[i].size.height, judged[i].why);
        }
        const auto all = static_cast<std::int64_t>(images.size());
        outcome.json["splits"][std::string(split_name(one.split))] = {{"compliant", all - non_compliant},
                                                                      {"non_compliant", non_compliant}};
        outcome.text += fmt::format("{:<6}{:>8} compliant  {} non-compliant\n", split_name(one.split),
                                    all - non_compliant, non_compliant);
    }
    GOETIA_TRY(write_file_atomic(options.output, list));
    outcome.text += fmt::format("the non-compliant samples are listed in '{}'\n", options.output);
    if (faults > 0) outcome.text += fmt::format("{} faults: 'goetia dataset validate' lists them\n", faults);
    return outcome;
}

}  // namespace

void add_dataset_filter(Command& dataset, Context& context) {
    const auto options = std::make_shared<FilterOptions>();
    Command& command = dataset.command(
        "filter", "Lists the non-compliant samples: images below or above a resolution, or that cannot be read");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.option("--min-size", options->min_size, "The minimum width and height in pixels").words(2);
    command.option("--max-size", options->max_size, "The maximum width and height").words(2);
    command.option("--output", options->output, "The list to write: split, path, size and reason, tab-separated")
        .required();
    command.option("--threads", options->threads, "0: one per core").show_default().range(0, 1024);
    context.on(command, [options] { return filter(*options); });
}

}  // namespace goetia::cli
