// goetia dataset validate, and goetia validate-dataset with the same options: reports everything that is wrong with a
// set.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "base/files.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct ValidateOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string output;
    ValidationOptions validation;
    bool annotations_only = false, strict = false;
};

bool passes(const Validation& validation, bool strict) {
    if (!strict) return validation.ok();
    return std::ranges::none_of(validation.findings,
                                [](const Finding& one) { return one.severity != Severity::kNote; });
}

Result<Outcome> validate_set(const ValidateOptions& options) {
    GOETIA_ASSIGN(const Json section, section_of(*options.set));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(datasets, section, splits_of(*options.set)));
    ValidationOptions validation_options = options.validation;
    validation_options.open_files = !options.annotations_only;
    CountLine line("files");
    validation_options.parallel.on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); };
    FileHashes hashes = hashes_for(*options.set, common_folder(sets));
    GOETIA_ASSIGN(const Validation validation, validate(sets, validation_options, hashes));
    const bool passed = passes(validation, options.strict);
    Outcome outcome{.json = to_json(validation, sets),
                    .text = text_of(validation, sets),
                    .exit_code = passed ? kOk : kProblemsFound};
    outcome.json["ok"] = passed;
    if (const Status saved = hashes.save(); !saved)
        outcome.text += fmt::format("the file hashes could not be cached: {}\n", saved.error().message);
    if (options.output.empty()) return outcome;
    GOETIA_TRY(
        write_file_atomic(options.output, outcome.json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
    outcome.text += fmt::format("the full report is in '{}'\n", options.output);
    return outcome;
}

void add_validate(Command& parent, const std::string& name, Context& context) {
    const auto options = std::make_shared<ValidateOptions>();
    Command& command = parent.command(
        name,
        "Checks all annotations, images and masks of a set, and its splits against each other; exit code 8 on faults");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.option("--output", options->output, "Write the full report to this file, as JSON");
    command
        .option("--near", options->validation.near_distance,
                "Images are near duplicates if at most this many of the 64 bits of their perceptual hashes differ; -1: "
                "do not look for them")
        .show_default()
        .range(-1, 15);
    command.flag("--annotations-only", options->annotations_only, "Do not open images");
    command.flag("--strict", options->strict, "Exit with 8 on warnings too");
    command.option("--threads", options->validation.parallel.threads, "0: one per core").show_default().range(0, 1024);
    context.on(command, [options] { return validate_set(*options); });
}

}  // namespace

void add_dataset_validate(Command& dataset, Context& context) { add_validate(dataset, "validate", context); }

void add_validate_dataset(Command& app, Context& context) { add_validate(app, "validate-dataset", context); }

}  // namespace goetia::cli
