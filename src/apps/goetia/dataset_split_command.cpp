// goetia dataset split: divides a set once, writes the division as files and reports the counts of each split.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_section.h"
#include "base/atomic_folder.h"
#include "base/files.h"
#include "datasets/formats/reader.h"
#include "datasets/layout/found_set.h"
#include "datasets/splits/plan.h"
#include "datasets/splits/split_files.h"
#include "datasets/validation/checks.h"

namespace goetia::cli {
namespace {

struct SplitOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string output, type = "stratified";
    std::vector<double> ratios{0.8, 0.2};
    std::int64_t seed = 42, folds = 5, fold = 0;
    bool by_subject = false, no_stratify = false;
};

Json plan_section(const SplitOptions& options) {
    return {{"type", options.type},
            {"ratios", options.ratios.size() == 1 ? Json(options.ratios[0]) : Json(options.ratios)},
            {"seed", options.seed},
            {"folds", options.folds},
            {"fold", options.fold},
            {"by_subject", options.by_subject},
            {"stratify", !options.no_stratify}};
}

std::string text_of(const Json& counts) {
    std::string text;
    for (const auto& [split, got] : counts["splits"].items()) {
        std::string classes;
        for (const auto& [name, count] : got["classes"].items())
            classes += fmt::format("{}{} {}", classes.empty() ? "  " : ", ", name, count.get<std::int64_t>());
        const std::string subjects =
            got["subjects"].is_null() ? "" : fmt::format("  {} subjects", got["subjects"].get<std::int64_t>());
        text += fmt::format("{:<6}{:>8} images{}{}\n", split, got["images"].get<std::int64_t>(), subjects, classes);
    }
    if (const auto leaks = counts["subjects_in_two"].get<std::int64_t>(); leaks > 0)
        text += fmt::format("{} subjects are in two splits; --type subject keeps each in one\n", leaks);
    return text;
}

// The configuration with which a run makes the same division: only what the kind of split reads.
std::string run_text(const SplitOptions& options) {
    Json section = {{"type", options.type}, {"seed", options.seed}};
    if (options.type == "kfold") {
        section.update({{"folds", options.folds}, {"fold", options.fold}, {"by_subject", options.by_subject}});
    } else {
        section["ratios"] = plan_section(options)["ratios"];
    }
    if (options.no_stratify) section["stratify"] = false;
    std::string text;
    for (const auto& [key, value] : section.items())
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key,
                            value.is_string() ? value.get<std::string>() : value.dump());
    return fmt::format("a run divides the set in the same way with '+dataset.split={{{}}}'\n", text);
}

// Refuses faults: samples that are missing in a split list would be lost for good.
Result<AnnotatedSet> read_undivided(const Json& section, std::string& notice) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const auto reader, readers.make(section, "dataset"));
    GOETIA_ASSIGN(ReadSet read, reader->read(Split::kTrain));
    GOETIA_TRY(refuse_faults(findings_of(read.set, std::move(read.findings)),
                             "the set has faults; fix them before it is divided"));
    for (const Split other : {Split::kVal, Split::kTest}) {
        const auto own = reader->read(other);
        if (!own && own.error().code != Code::kNotFound) return own.error();
        if (own)
            GOETIA_TRY(
                refuse_faults(own->findings, fmt::format("the set's own {} split has faults", split_name(other))));
        if (own && !own->set.images.empty())
            notice += fmt::format("the set's own {} split ({} images) is left as it is\n", split_name(other),
                                  own->set.images.size());
    }
    return std::move(read.set);
}

// dataset.yaml beside the lists: the set as it is divided, from there.
Status write_section(const Json& section, const AnnotatedSet& set, const std::map<std::string, std::string>& files,
                     const SplitOptions& options, const std::filesystem::path& folder) {
    Json divided = split_section(section, set, files);
    if (divided.is_null()) return {};
    const std::filesystem::path output = std::filesystem::absolute(options.output).lexically_normal();
    const auto from_output = [&](const Json& root) {
        const std::filesystem::path path = std::filesystem::absolute(root.get<std::string>()).lexically_normal();
        return path.lexically_proximate(output).native();
    };
    if (divided.contains("data_root") && divided["data_root"].is_string())
        divided["data_root"] = from_output(divided["data_root"]);
    else if (divided.contains("data_roots"))
        for (Json& root : divided["data_roots"]) root = from_output(root);
    return write_dataset_file(folder, divided, set.task);
}

Result<Outcome> split(const SplitOptions& options) {
    GOETIA_ASSIGN(const SplitPlan plan, split_plan(plan_section(options), "split"));
    std::string notice;
    GOETIA_ASSIGN(const Json section, undivided_section_of(*options.set));
    GOETIA_ASSIGN(const AnnotatedSet set, read_undivided(section, notice));
    GOETIA_ASSIGN(const std::vector<Split> splits, divide(set, plan));
    Outcome outcome{.json = split_counts(set, splits)};
    outcome.json["split"] = plan_section(options);
    outcome.text = text_of(outcome.json) + (notice.empty() ? run_text(options) : notice);
    if (options.output.empty()) return outcome;
    GOETIA_ASSIGN(const auto files, split_files(set, section["type"].get<std::string>(), splits));
    GOETIA_TRY(make_folder_atomically(options.output, [&](const std::filesystem::path& temporary) -> Status {
        for (const auto& [name, text] : files) {
            GOETIA_TRY(make_folders((temporary / name).parent_path()));
            GOETIA_TRY(write_file_atomic(temporary / name, text));
        }
        return write_section(section, set, files, options, temporary);
    }));
    outcome.json["files"] = Json::array();
    for (const auto& [name, text] : files) {
        outcome.json["files"].push_back((std::filesystem::path(options.output) / name).native());
        outcome.text += fmt::format("wrote '{}'\n", outcome.json["files"].back().get<std::string>());
    }
    return outcome;
}

}  // namespace

void add_dataset_split(Command& dataset, Context& context) {
    const auto options = std::make_shared<SplitOptions>();
    Command& command = dataset.command(
        "split", "Divides a set into train, val and test, writes the lists and counts images, classes and subjects");
    add_set_options(command, options->set, context);
    command
        .option("--type", options->type,
                "random; stratified: each class by the shares; subject: all images of a subject in one split; "
                "kfold")
        .choices({"random", "stratified", "subject", "kfold"})
        .show_default();
    command.option("--ratios", options->ratios, "The shares of train, val and optionally test")
        .words(1, 3)
        .show_default();
    command.option("--seed", options->seed, "The same seed gives the same split").show_default();
    command.option("--folds", options->folds, "Number of folds, for kfold").show_default();
    command.option("--fold", options->fold, "The validation fold, from 0, for kfold").show_default();
    command.flag("--by-subject", options->by_subject, "For kfold: all images of a subject in one fold");
    command.flag("--no-stratify", options->no_stratify, "For subject and kfold: do not balance the classes");
    command.option("--output", options->output, "A new folder for the lists; without it only the counts are reported");
    context.on(command, [options] { return split(*options); });
}

}  // namespace goetia::cli
