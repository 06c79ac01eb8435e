// goetia dataset preview: some pictures of a set on one sheet, with what is marked in them.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "base/files.h"
#include "config/config.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/validation/open_sets.h"
#include "feeding/transform.h"
#include "imaging/decode/encode.h"
#include "imaging/preview/sheet.h"

namespace goetia::cli {
namespace {

constexpr int kJpegQuality = 92;

struct Wish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::string output;
    std::int64_t count = 16;
    SheetPlan plan;
    bool augmented = false;
    std::uint64_t seed = 0, epoch = 0;
};

// The steps of a configured pipeline as far as there are pixels to show.
Result<Json> configured_steps(const SetWish& set, Split split) {
    const std::string& config = set.config;
    if (config.empty()) return invalid("--augmented needs --config: that is where the pipeline stands");
    GOETIA_ASSIGN(const Composed composed, compose({.file = config, .overrides = set.overrides}));
    const std::string part = split == Split::kTrain ? "train" : "val";
    const Json::json_pointer place("/augmentation/" + part + "/pipeline");
    if (!composed.document.contains(place) || !composed.document.at(place).is_array())
        return invalid("'{}' has no augmentation.{}.pipeline; leave --augmented out", config, part);
    Json steps = Json::array();
    for (const Json& step : composed.document.at(place)) {
        if (step.is_object() && step.value("type", "") == "ToTensor") break;
        steps.push_back(step);
    }
    return steps;
}

Result<AnnotatedDataset> opened(const SetWish& wish, Split split) {
    GOETIA_ASSIGN(const Json section, section_of(wish));
    GOETIA_ASSIGN(std::vector<SplitSet> sets, open_splits(section, {split}));
    for (SplitSet& one : sets) {
        if (one.split == split && !one.set.images.empty()) return AnnotatedDataset(std::move(one.set));
    }
    return invalid("the {} split holds no picture", split_name(split));
}

// What stands for a picture that cannot be shown.
Sample blank(std::int64_t index, const std::string& name) {
    constexpr int kSide = 64;
    Sample sample;
    sample.index = index;
    sample.name = "? " + name;
    sample.image = {kSide, kSide, 3, std::vector<std::uint8_t>(kSide * kSide * 3, 90)};
    return sample;
}

Result<Outcome> preview(const Wish& wish) {
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(transforms));
    const Split split = wish.set->split == "val"    ? Split::kVal
                        : wish.set->split == "test" ? Split::kTest
                                                    : Split::kTrain;
    GOETIA_ASSIGN(const AnnotatedDataset dataset, opened(*wish.set, split));
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (!dataset.set().images.front().mask.empty()) steps.push_back({{"type", "LoadMask"}});
    if (wish.augmented) {
        GOETIA_ASSIGN(steps, configured_steps(*wish.set, split));
    }
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "augmentation"));
    const std::int64_t count = std::min(wish.count, dataset.size());
    std::vector<Sample> samples;
    std::string unreported;
    for (std::int64_t i = 0; i < count; ++i) {  // spread evenly over the set
        GOETIA_ASSIGN(Sample sample, dataset.sample(i * dataset.size() / count));
        if (const Status done = pipeline.apply(sample, wish.seed, wish.epoch, &dataset); !done) {
            unreported += fmt::format("'{}' cannot be shown: {}\n", sample.name, done.error().message);
            sample = blank(sample.index, sample.name);
        }
        samples.push_back(std::move(sample));
    }
    SheetPlan plan = wish.plan;
    plan.targets = dataset.set().targets;
    const Image sheet = contact_sheet(samples, dataset.classes(), plan);
    const std::string end = std::filesystem::path(wish.output).extension().native();
    GOETIA_ASSIGN(const std::string bytes,
                  end == ".jpg" || end == ".jpeg" ? encode_jpeg(sheet, kJpegQuality) : encode_png(sheet));
    GOETIA_TRY(write_file_atomic(wish.output, bytes));
    Outcome outcome{
        .json = {{"output", wish.output}, {"samples", Json::array()}},
        .text = unreported + fmt::format("wrote '{}' ({}x{}): {} of {} pictures of the {} split\n", wish.output,
                                         sheet.width, sheet.height, count, dataset.size(), split_name(split))};
    for (const Sample& sample : samples)
        outcome.json["samples"].push_back(
            {{"index", sample.index}, {"name", sample.name}, {"marked", sample.instances.size()}});
    return outcome;
}

}  // namespace

void add_dataset_preview(Command& dataset, Context& context) {
    const auto wish = std::make_shared<Wish>();
    Command& command =
        dataset.command("preview", "Draws some pictures on one sheet, with boxes, masks, key points and names");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.option("--output", wish->output, "The PNG file to write; JPEG where its name ends in .jpg").required();
    command.option("--count", wish->count, "How many pictures, spread over the set").range(1, 400).show_default();
    command.option("--columns", wish->plan.columns, "Pictures beside each other").range(1, 40).show_default();
    command.option("--cell", wish->plan.cell, "A picture's longer side in pixels").range(32, 2000).show_default();
    command.flag("--augmented", wish->augmented, "As the model sees them: through the split's pipeline");
    command.option("--seed", wish->seed, "Of the pipeline's draws").show_default().not_negative();
    command.option("--epoch", wish->epoch, "Of the pipeline's draws").show_default().not_negative();
    context.on(command, [wish] { return preview(*wish); });
}

}  // namespace goetia::cli
