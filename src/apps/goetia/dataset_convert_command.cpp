// goetia dataset convert: converts a set to another format and reports what that cannot store.
#include <algorithm>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/writer.h"
#include "datasets/layout/found_set.h"
#include "datasets/validation/leave_out.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {
namespace {

struct ConvertOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string to, output;
    bool link = false, no_images = false, leave_out = false;
};

// Reads one split, if the set has it; refused if faults would be left out without --leave-out-faulty.
Result<std::optional<ReadSet>> read_split(const SetReader& reader, Split split, const ConvertOptions& options) {
    auto read = reader.read(split);
    if (!read) {
        if (read.error().code == Code::kNotFound && split != Split::kTrain) return std::optional<ReadSet>();
        return std::move(read).error();
    }
    Findings refused = findings_of(read->set, std::move(read->findings));
    const Findings missing = missing_images(read->set);
    read->findings = refused;  // everything is reported, whatever happens to it
    read->findings.insert(read->findings.end(), missing.begin(), missing.end());
    if (options.leave_out) {
        leave_out_faulty(read->set, refused);
        leave_out_missing(read->set);
    }
    GOETIA_TRY(refuse_faults(
        options.leave_out ? refused : read->findings,
        fmt::format("the {} split has faults{}", split_name(split),
                    options.leave_out ? " that are not about a single object or image; fix them"
                                      : "; fix them, or leave out what has faults with --leave-out-faulty")));
    if (read->set.images.empty() && !missing.empty())
        return not_found("no image of the {} split exists; correct the data root", split_name(split));
    return std::optional(std::move(read).value());
}

Status write_splits(const SetReader& reader, const std::pair<const std::string, SetWriter>& writer,
                    const ConvertOptions& options, WritePlan plan, const Context& context, Outcome& outcome) {
    plan.transfer = options.no_images ? FileTransfer::kNone : options.link ? FileTransfer::kLink : FileTransfer::kCopy;
    std::optional<std::vector<std::string>> classes;
    LostCounts lost, left_out, differing;
    std::vector<Split> written;
    std::optional<AnnotatedSet> first;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        GOETIA_ASSIGN(auto read, read_split(reader, split, options));
        if (!read) continue;
        if (classes && *classes != read->set.classes)
            return invalid("the {} split has different classes than the training split; use the same list of classes",
                           split_name(split));
        classes = read->set.classes;
        plan.split = split;
        CountLine line;
        plan.on_progress = [&line](std::int64_t done, std::int64_t all) { line.show(done, all); };
        GOETIA_ASSIGN(const LostCounts of_split, writer.second(read->set, plan));
        for (const auto& [what, count] : of_split) lost[what] += count;
        for (const auto& [what, count] : read->set.left_out) left_out[what] += count;
        for (const auto& [what, count] : read->differing) differing[what] = std::max(differing[what], count);
        std::int64_t objects = 0;
        for (const AnnotatedImage& image : read->set.images) objects += std::ssize(image.instances);
        for (const Finding& finding : read->findings)
            if (finding.severity != Severity::kNote) context.say(to_string(to_fault(finding)));
        outcome.json["splits"][std::string(split_name(split))] = {{"images", read->set.images.size()},
                                                                  {"objects", objects}};
        outcome.text +=
            fmt::format("{:<6}{:>8} images, {} objects\n", split_name(split), read->set.images.size(), objects);
        written.push_back(split);
        if (!first) first = std::move(read->set);
    }
    if (first) GOETIA_TRY(write_dataset_file(plan.folder, written_section(writer.first, *first, written), first->task));
    for (const auto& [what, count] : left_out) {
        outcome.json["left_out"][what] = count;
        outcome.text += fmt::format("left out: {} for {}\n", count, what);
    }
    for (const auto& [what, count] : differing) {
        outcome.json["lost"][what] = count;
        outcome.text += fmt::format("lost: {} {}, on which the sources differ\n", count, what);
    }
    for (const auto& [what, count] : lost) {
        outcome.json["lost"][what] = count;
        outcome.text += fmt::format("lost: {} {}, which {} cannot store\n", count, what, writer.first);
    }
    return {};
}

Result<Outcome> convert(const ConvertOptions& options, const Context& context, const StopToken& stop) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const Json config, section_of(*options.set));
    GOETIA_ASSIGN(const auto reader, readers.make(config, "dataset"));
    GOETIA_ASSIGN(const std::string format, writable_format(options.to));
    const auto writer = builtin_writers().find(format);
    Outcome outcome{.json = {{"output", options.output}, {"splits", Json::object()}, {"lost", Json::object()}}};
    GOETIA_TRY(make_folder_atomically(options.output, [&](const std::filesystem::path& temporary) {
        return write_splits(*reader, *writer, options, {.folder = temporary, .stop = stop}, context, outcome);
    }));
    outcome.text += fmt::format("wrote '{}' as {}\n", options.output, format);
    return outcome;
}

}  // namespace

void add_dataset_convert(Command& dataset, Context& context) {
    const auto options = std::make_shared<ConvertOptions>();
    Command& command = dataset.command("convert", "Writes a set in another format and reports what that cannot store");
    add_set_options(command, options->set, context);
    command.option("--to", options->to, "The format to write, in any spelling").required();
    command.option("--output", options->output, "The folder to create; it must not exist, or be empty").required();
    command.flag("--link", options->link, "Hard-link the images instead of copying them");
    command.flag("--no-images", options->no_images, "Leave the images where they are (COCO only)").excludes("--link");
    command.flag("--leave-out-faulty", options->leave_out,
                 "Write the set without faulty objects and images; each is reported");
    context.on(command, [options, &context] {
        return stoppable([&](const StopToken& stop) { return convert(*options, context, stop); });
    });
}

}  // namespace goetia::cli
