// goetia dataset validate, and goetia validate-dataset with the same flags: everything that is wrong with a set.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "base/files.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct ValidateWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string output;
    ValidationOptions options;
    bool annotations_only = false, strict = false;
};

bool passes(const Validation& validation, bool strict) {
    if (!strict) return validation.ok();
    return std::ranges::none_of(validation.findings,
                                [](const Finding& one) { return one.severity != Severity::kNote; });
}

Result<Outcome> validate_set(const ValidateWish& wish) {
    GOETIA_ASSIGN(const Json section, section_of(*wish.set));
    GOETIA_ASSIGN(const std::vector<SplitSet> sets, open_splits(section, splits_of(*wish.set)));
    ValidationOptions options = wish.options;
    options.open_files = !wish.annotations_only;
    CountLine line("files");
    options.parallel.on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); };
    FileHashes hashes = hashes_for(*wish.set, common_folder(sets));
    GOETIA_ASSIGN(const Validation validation, validate(sets, options, hashes));
    const bool passed = passes(validation, wish.strict);
    Outcome outcome{.json = to_json(validation, sets),
                    .text = text_of(validation, sets),
                    .exit_code = passed ? kOk : kProblemsFound};
    outcome.json["ok"] = passed;
    if (const Status saved = hashes.save(); !saved)
        outcome.text +=
            fmt::format("the files' hashes could not be kept for the next time: {}\n", saved.error().message);
    if (wish.output.empty()) return outcome;
    GOETIA_TRY(write_file_atomic(wish.output, outcome.json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"));
    outcome.text += fmt::format("the whole report is in '{}'\n", wish.output);
    return outcome;
}

void add_validate(Command& parent, const std::string& name, Context& context) {
    const auto wish = std::make_shared<ValidateWish>();
    Command& command = parent.command(
        name, "Checks every annotation, picture and mask of a set, and its splits against each other; 8 on faults");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.option("--output", wish->output, "Write the whole report there, as JSON");
    command
        .option("--near", wish->options.near_distance,
                "Pictures look alike when at most so many of the 64 bits of their perceptual hashes differ; -1: "
                "do not look for them")
        .show_default()
        .range(-1, 15);
    command.flag("--annotations-only", wish->annotations_only, "Open no picture");
    command.flag("--strict", wish->strict, "End with 8 on warnings too");
    command.option("--threads", wish->options.parallel.threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return validate_set(*wish); });
}

}  // namespace

void add_dataset_validate(Command& dataset, Context& context) { add_validate(dataset, "validate", context); }

void add_validate_dataset(Command& app, Context& context) { add_validate(app, "validate-dataset", context); }

}  // namespace goetia::cli
