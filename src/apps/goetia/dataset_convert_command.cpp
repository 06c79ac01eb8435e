// goetia dataset convert: a set in one format becomes a set in another; what the other cannot say is told.
#include <algorithm>

#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/atomic_folder.h"
#include "datasets/formats/reader.h"
#include "datasets/formats/writer.h"
#include "datasets/validation/leave_out.h"
#include "datasets/validation/open_sets.h"

namespace goetia::cli {
namespace {

struct ConvertWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string to, output;
    bool link = false, no_images = false, leave_out = false;
};

// What was read of one split, if the set has it; refused when faults would be left out and nobody asked for that.
Result<std::optional<ReadSet>> read_split(const SetReader& reader, Split split, const ConvertWish& wish) {
    auto read = reader.read(split);
    if (!read) {
        if (read.error().code == Code::kNotFound && split != Split::kTrain) return std::optional<ReadSet>();
        return std::move(read).error();
    }
    Findings refused = findings_of(read->set, std::move(read->findings));
    const Findings missing = missing_images(read->set);
    read->findings = refused;  // all of it is told, whatever becomes of it
    read->findings.insert(read->findings.end(), missing.begin(), missing.end());
    if (wish.leave_out) {
        leave_out_faulty(read->set, refused);
        leave_out_missing(read->set);
    }
    GOETIA_TRY(
        refuse_faults(wish.leave_out ? refused : read->findings,
                      fmt::format("the {} split has faults{}", split_name(split),
                                  wish.leave_out ? " that are of no single object or picture; mend them"
                                                 : "; mend them, or leave out what has them with --leave-out-faulty")));
    if (read->set.images.empty() && !missing.empty())
        return not_found("no picture of the {} split is there; correct the data root", split_name(split));
    return std::optional(std::move(read).value());
}

Status write_splits(const SetReader& reader, const std::pair<const std::string, SetWriter>& writer,
                    const ConvertWish& wish, WritePlan plan, const Context& context, Outcome& outcome) {
    plan.transfer = wish.no_images ? FileTransfer::kNone : wish.link ? FileTransfer::kLink : FileTransfer::kCopy;
    std::optional<std::vector<std::string>> classes;
    LostCounts lost, left_out, differing;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        GOETIA_ASSIGN(const auto read, read_split(reader, split, wish));
        if (!read) continue;
        if (classes && *classes != read->set.classes)
            return invalid("the {} split has other classes than the training split; give the set one list of classes",
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
    }
    for (const auto& [what, count] : left_out) {
        outcome.json["left_out"][what] = count;
        outcome.text += fmt::format("left out: {} for {}\n", count, what);
    }
    for (const auto& [what, count] : differing) {
        outcome.json["lost"][what] = count;
        outcome.text += fmt::format("lost: {} {}, which the sources say each in another way\n", count, what);
    }
    for (const auto& [what, count] : lost) {
        outcome.json["lost"][what] = count;
        outcome.text += fmt::format("lost: {} {}, which {} cannot say\n", count, what, writer.first);
    }
    return {};
}

Result<Outcome> convert(const ConvertWish& wish, const Context& context, const StopToken& stop) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const Json config, section_of(*wish.set));
    GOETIA_ASSIGN(const auto reader, readers.make(config, "dataset"));
    GOETIA_ASSIGN(const std::string format, writable_format(wish.to));
    const auto writer = builtin_writers().find(format);
    Outcome outcome{.json = {{"output", wish.output}, {"splits", Json::object()}, {"lost", Json::object()}}};
    GOETIA_TRY(make_folder_atomically(wish.output, [&](const std::filesystem::path& beside) {
        return write_splits(*reader, *writer, wish, {.folder = beside, .stop = stop}, context, outcome);
    }));
    outcome.text += fmt::format("wrote '{}' as {}\n", wish.output, format);
    return outcome;
}

}  // namespace

void add_dataset_convert(Command& dataset, Context& context) {
    const auto wish = std::make_shared<ConvertWish>();
    Command& command = dataset.command("convert", "Writes a set in another format and says what that cannot say");
    const Option& format = add_set_options(command, wish->set);
    command.option("--to", wish->to, "The format to write, in any spelling").required();
    command.option("--output", wish->output, "The folder to make; it must not exist or be empty").required();
    command.flag("--link", wish->link, "Hard-link the pictures in place of copying them");
    command.flag("--no-images", wish->no_images, "Leave the pictures where they are (COCO only)").excludes("--link");
    command.flag("--leave-out-faulty", wish->leave_out, "Write the set without what has faults; each is told");
    context.on(command, [wish, &format, &context]() -> Result<Outcome> {
        if (!format.given() && wish->set->config.empty())
            return invalid("the set's format is not said; give --from coco, voc, yolo ..., or --config");
        return stoppable([&](const StopToken& stop) { return convert(*wish, context, stop); });
    });
}

}  // namespace goetia::cli
