// goetia dataset convert: a set in one format becomes a set in another; what the other cannot say is told.
#include "apps/goetia/dataset_parts.h"
#include "data/formats/reader.h"
#include "data/formats/writer.h"
#include "data/validation/leave_out.h"

namespace goetia::cli {
namespace {

struct ConvertWish {
    std::string from, to, root, output, list, prefix, parameters;
    bool link = false, no_images = false, leave_out = false;
};

// The `dataset` section that the options say.
Result<Json> section_of(const ConvertWish& wish) {
    Json config = Json::object();
    if (!wish.parameters.empty()) {
        config = Json::parse(wish.parameters, nullptr, false);
        if (!config.is_object()) return invalid("--parameters needs a JSON object, found {}", wish.parameters);
    }
    config["type"] = wish.from;
    if (!wish.root.empty()) config["data_root"] = wish.root;
    if (!wish.list.empty()) config["ann_file"] = wish.list;
    if (!wish.prefix.empty()) config["data_prefix"] = wish.prefix;
    return config;
}

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
    for (Finding& finding : check_annotations(read->set)) read->findings.push_back(std::move(finding));
    if (wish.leave_out) leave_out_objects(*read);
    if (wish.leave_out || !has_faults(read->findings)) return std::optional(std::move(read).value());
    Error error = invalid("the {} split has faults; mend them, or leave out what has them with --leave-out-faulty",
                          split_name(split));
    for (const Finding& finding : read->findings) {
        if (finding.severity == Severity::kFault) error.faults.push_back(to_fault(finding));
    }
    return error;
}

Result<Outcome> convert(const ConvertWish& wish, const Context& context) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    GOETIA_ASSIGN(const Json config, section_of(wish));
    GOETIA_ASSIGN(const auto reader, readers.make(config, "dataset"));
    std::error_code code;
    if (std::filesystem::exists(wish.output, code) && !std::filesystem::is_empty(wish.output, code))
        return make_error(Code::kWrongState, "'{}' is not empty; choose a new folder", wish.output);
    WritePlan plan{.folder = wish.output};
    plan.placing = wish.no_images ? Placing::kNone : wish.link ? Placing::kLink : Placing::kCopy;
    Outcome outcome{.json = {{"output", wish.output}, {"splits", Json::object()}, {"lost", Json::object()}}};
    std::optional<std::vector<std::string>> classes;
    Lost lost;
    for (const Split split : {Split::kTrain, Split::kVal, Split::kTest}) {
        GOETIA_ASSIGN(const auto read, read_split(*reader, split, wish));
        if (!read) continue;
        if (classes && *classes != read->set.classes)
            return invalid("the {} split has other classes than the training split; give the set one list of classes",
                           split_name(split));
        classes = read->set.classes;
        plan.split = split;
        GOETIA_ASSIGN(const Lost of_split, builtin_writers().at(wish.to)(read->set, plan));
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
        outcome.text += fmt::format("lost: {} {}, which {} cannot say\n", count, what, wish.to);
    }
    outcome.text += fmt::format("wrote '{}' as {}\n", wish.output, wish.to);
    return outcome;
}

}  // namespace

void add_dataset_convert(CLI::App& dataset, Context& context) {
    const auto wish = std::make_shared<ConvertWish>();
    std::vector<std::string> formats;
    for (const auto& [name, writer] : builtin_writers()) formats.push_back(name);
    CLI::App* command =
        dataset.add_subcommand("convert", "Writes a set in another format and says what that cannot say");
    command->add_option("--from", wish->from, "The format it has, as dataset.type names it")->required();
    command->add_option("--data-root,--data_root", wish->root, "The set's folder");
    command->add_option("--ann-file,--ann_file", wish->list,
                        "The training split's annotation file, if not the usual one");
    command->add_option("--data-prefix,--data_prefix", wish->prefix,
                        "The training pictures' folder, if not the usual one");
    command->add_option("--parameters", wish->parameters, "A JSON object: anything else the format's section may say");
    command->add_option("--to", wish->to, "The format to write")->required()->check(CLI::IsMember(formats));
    command->add_option("--output", wish->output, "The folder to make; it must not exist or be empty")->required();
    CLI::Option* link = command->add_flag("--link", wish->link, "Hard-link the pictures in place of copying them");
    command->add_flag("--no-images", wish->no_images, "Leave the pictures where they are (COCO only)")->excludes(link);
    command->add_flag("--leave-out-faulty", wish->leave_out, "Write the set without what has faults; each is told");
    context.on(command, [wish, &context] { return convert(*wish, context); });
}

}  // namespace goetia::cli
