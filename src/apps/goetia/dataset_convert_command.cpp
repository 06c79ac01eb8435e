// goetia dataset convert: a set in one format becomes a set in another; what the other cannot say is told.
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "data/formats/reader.h"
#include "data/formats/writer.h"
#include "data/validation/leave_out.h"
#include "data/validation/open_sets.h"
#include "data/whole_folder.h"

namespace goetia::cli {
namespace {

struct ConvertWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string to, output;
    bool link = false, no_images = false, leave_out = false;
};

// Objects with faults go, what is said of them stays.
void leave_out_objects(ReadSet& read) {
    Findings without = read.findings;
    leave_out_faulty(read.set, without);
}

// What was read of one split, if the set has it; refused when faults would be left out and nobody asked for that.
Result<std::optional<ReadSet>> read_split(const SetReader& reader, Split split, const ConvertWish& wish) {
    auto read = reader.read(split);
    if (!read) {
        if (read.error().code == Code::kNotFound && split != Split::kTrain) return std::optional<ReadSet>();
        return std::move(read).error();
    }
    read->findings = findings_of(read->set, std::move(read->findings));
    if (wish.leave_out) leave_out_objects(*read);
    else
        GOETIA_TRY(refuse_faults(
            read->findings,
            fmt::format("the {} split has faults; mend them, or leave out what has them with --leave-out-faulty",
                        split_name(split))));
    return std::optional(std::move(read).value());
}

Status write_splits(const SetReader& reader, const std::pair<const std::string, SetWriter>& writer,
                    const ConvertWish& wish, const std::filesystem::path& beside, const Context& context,
                    Outcome& outcome) {
    WritePlan plan{.folder = beside};
    plan.placing = wish.no_images ? Placing::kNone : wish.link ? Placing::kLink : Placing::kCopy;
    std::optional<std::vector<std::string>> classes;
    Lost lost;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        GOETIA_ASSIGN(const auto read, read_split(reader, split, wish));
        if (!read) continue;
        if (classes && *classes != read->set.classes)
            return invalid("the {} split has other classes than the training split; give the set one list of classes",
                           split_name(split));
        classes = read->set.classes;
        plan.split = split;
        CountLine line;
        plan.told = [&line](std::int64_t done, std::int64_t all) { line.show(done, all); };
        GOETIA_ASSIGN(const Lost of_split, writer.second(read->set, plan));
        for (const auto& [what, count] : of_split) lost[what] += count;
        std::int64_t objects = 0;
        for (const AnnotatedImage& image : read->set.images) objects += std::ssize(image.instances);
        for (const Finding& finding : read->findings)
            if (finding.severity != Severity::kNote) context.say(to_string(to_fault(finding)));
        outcome.json["splits"][std::string(split_name(split))] = {{"images", read->set.images.size()},
                                                                  {"objects", objects}};
        outcome.text +=
            fmt::format("{:<6}{:>8} images, {} objects\n", split_name(split), read->set.images.size(), objects);
    }
    for (const auto& [what, count] : lost) {
        outcome.json["lost"][what] = count;
        outcome.text += fmt::format("lost: {} {}, which {} cannot say\n", count, what, writer.first);
    }
    return {};
}

Result<Outcome> convert(const ConvertWish& wish, const Context& context) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const Json config, section_of(*wish.set));
    GOETIA_ASSIGN(const auto reader, readers.make(config, "dataset"));
    GOETIA_ASSIGN(const std::string format, writable_format(wish.to));
    const auto writer = builtin_writers().find(format);
    Outcome outcome{.json = {{"output", wish.output}, {"splits", Json::object()}, {"lost", Json::object()}}};
    GOETIA_TRY(make_whole(wish.output, [&](const std::filesystem::path& beside) {
        return write_splits(*reader, *writer, wish, beside, context, outcome);
    }));
    outcome.text += fmt::format("wrote '{}' as {}\n", wish.output, format);
    return outcome;
}

}  // namespace

void add_dataset_convert(CLI::App& dataset, Context& context) {
    const auto wish = std::make_shared<ConvertWish>();
    CLI::App* command =
        dataset.add_subcommand("convert", "Writes a set in another format and says what that cannot say");
    add_set_options(*command, wish->set);
    const CLI::Option* from = command->get_option("--format");
    command->add_option("--to", wish->to, "The format to write, in any spelling")->required();
    command->add_option("--output", wish->output, "The folder to make; it must not exist or be empty")->required();
    CLI::Option* link = command->add_flag("--link", wish->link, "Hard-link the pictures in place of copying them");
    command->add_flag("--no-images", wish->no_images, "Leave the pictures where they are (COCO only)")->excludes(link);
    command->add_flag("--leave-out-faulty", wish->leave_out, "Write the set without what has faults; each is told");
    context.on(command, [wish, from, &context]() -> Result<Outcome> {
        if (from->count() == 0 && wish->set->config.empty())
            return invalid("the set's format is not said; give --from coco, voc, yolo ..., or --config");
        return convert(*wish, context);
    });
}

}  // namespace goetia::cli
