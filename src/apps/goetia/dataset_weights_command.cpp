// goetia dataset weights: class weights for losses, computed from class frequencies.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_section.h"
#include "datasets/class_weights.h"
#include "datasets/dataset.h"

namespace goetia::cli {
namespace {

struct WeightsOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    double beta = kDefaultBeta;
};

Result<Outcome> weights(const WeightsOptions& options) {
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const Json section, undivided_section_of(*options.set));
    GOETIA_ASSIGN(const auto dataset, datasets.make(section, "dataset", Split::kTrain));
    GOETIA_ASSIGN(const std::vector<std::int64_t> counts, class_counts(*dataset));
    if (counts.empty()) return invalid("the data set has no classes, so there is nothing to weight");
    if (std::ranges::all_of(counts, [](std::int64_t count) { return count == 0; }))
        return invalid(
            "no image of the training split has a class, so there is nothing to count; for masks 'goetia dataset "
            "info --pictures' counts their pixels");
    const auto inverse = class_weights(counts, Weighting::kInverse);
    const auto effective = class_weights(counts, Weighting::kEffective, options.beta);
    const auto median = class_weights(counts, Weighting::kMedian);
    const auto alpha = focal_alpha(counts);
    Outcome outcome{.json = {{"classes", dataset->classes()},
                             {"counts", counts},
                             {"inverse", inverse},
                             {"effective", effective},
                             {"median", median},
                             {"focal_alpha", alpha}}};
    outcome.text = fmt::format("{:<24}{:>10}{:>12}{:>12}{:>12}{:>12}\n", "class", "count", "inverse", "effective",
                               "median", "focal alpha");
    for (std::size_t i = 0; i < counts.size(); ++i)
        outcome.text += fmt::format("{:<24}{:>10}{:>12.4g}{:>12.4g}{:>12.4g}{:>12.4g}\n", dataset->classes()[i],
                                    counts[i], inverse[i], effective[i], median[i], alpha[i]);
    return outcome;
}

}  // namespace

void add_dataset_weights(Command& dataset, Context& context) {
    const auto options = std::make_shared<WeightsOptions>();
    Command& command =
        dataset.command("weights", "Computes class weights and focal alphas from the training split's counts");
    add_set_options(command, options->set, context);
    command
        .option("--beta", options->beta,
                "Parameter of the effective number: closer to 1 gives rare classes more weight")
        .range(0.0, 0.9999999)
        .show_default();
    context.on(command, [options] { return weights(*options); });
}

}  // namespace goetia::cli
