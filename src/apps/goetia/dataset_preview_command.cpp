// goetia dataset preview: draws some images of a set with their annotations on a contact sheet.
#include "apps/goetia/command.h"
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

struct PreviewOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::string output;
    std::int64_t count = 16;
    SheetPlan plan;
    bool augmented = false;
    std::uint64_t seed = 0, epoch = 0;
};

// The steps of a configured pipeline, as long as they produce displayable pixels.
Result<Json> configured_steps(const SetOptions& set, Split split) {
    const std::string& config = set.config;
    if (config.empty()) return invalid("--augmented needs --config, which contains the pipeline");
    GOETIA_ASSIGN(const Composed composed, compose({.file = config, .overrides = set.overrides}));
    const std::string part = split == Split::kTrain ? "train" : "val";
    const Json::json_pointer place("/augmentation/" + part + "/pipeline");
    if (!composed.document.contains(place) || !composed.document.at(place).is_array())
        return invalid("'{}' has no augmentation.{}.pipeline; omit --augmented", config, part);
    Json steps = Json::array();
    for (const Json& step : composed.document.at(place)) {
        if (step.is_object() && step.value("type", "") == "ToTensor") break;
        steps.push_back(step);
    }
    return steps;
}

Result<AnnotatedDataset> opened(const SetOptions& options, Split split) {
    GOETIA_ASSIGN(const Json section, section_of(options));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(std::vector<SplitSet> sets, open_splits(datasets, section, {split}));
    for (SplitSet& one : sets) {
        if (one.split == split && !one.set.images.empty()) return AnnotatedDataset(std::move(one.set));
    }
    return invalid("the {} split contains no images", split_name(split));
}

Result<Outcome> preview(const PreviewOptions& options) {
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(transforms));
    const Split split = options.set->split == "val"    ? Split::kVal
                        : options.set->split == "test" ? Split::kTest
                                                       : Split::kTrain;
    GOETIA_ASSIGN(const AnnotatedDataset dataset, opened(*options.set, split));
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (!dataset.set().images.front().mask.empty()) steps.push_back({{"type", "LoadMask"}});
    if (options.augmented) {
        GOETIA_ASSIGN(steps, configured_steps(*options.set, split));
    }
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "augmentation"));
    const std::int64_t count = std::min(options.count, dataset.size());
    std::vector<Sample> samples;
    std::string failures;
    for (std::int64_t i = 0; i < count; ++i) {  // spread evenly over the set
        GOETIA_ASSIGN(Sample sample, dataset.sample(i * dataset.size() / count));
        if (const Status done = pipeline.apply(sample, options.seed, options.epoch, &dataset); !done) {
            failures += fmt::format("'{}' cannot be displayed: {}\n", sample.name, done.error().message);
            sample = placeholder_sample(sample.index, sample.name);
        }
        samples.push_back(std::move(sample));
    }
    SheetPlan plan = options.plan;
    plan.targets = dataset.set().targets;
    const Image sheet = contact_sheet(samples, dataset.classes(), plan);
    const std::string end = std::filesystem::path(options.output).extension().native();
    GOETIA_ASSIGN(const std::string bytes,
                  end == ".jpg" || end == ".jpeg" ? encode_jpeg(sheet, kJpegQuality) : encode_png(sheet));
    GOETIA_TRY(write_file_atomic(options.output, bytes));
    Outcome outcome{
        .json = {{"output", options.output}, {"samples", Json::array()}},
        .text = failures + fmt::format("wrote '{}' ({}x{}): {} of {} images of the {} split\n", options.output,
                                       sheet.width, sheet.height, count, dataset.size(), split_name(split))};
    for (const Sample& sample : samples)
        outcome.json["samples"].push_back(
            {{"index", sample.index}, {"name", sample.name}, {"marked", sample.instances.size()}});
    return outcome;
}

}  // namespace

void add_dataset_preview(Command& dataset, Context& context) {
    const auto options = std::make_shared<PreviewOptions>();
    Command& command =
        dataset.command("preview", "Draws some images on a contact sheet, with boxes, masks, key points and names");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.option("--output", options->output, "The PNG file to write; JPEG where its name ends in .jpg").required();
    command.option("--count", options->count, "Number of images, spread over the set").range(1, 400).show_default();
    command.option("--columns", options->plan.columns, "Images per row").range(1, 40).show_default();
    command.option("--cell", options->plan.cell, "The longer side of an image in pixels")
        .range(32, 2000)
        .show_default();
    command.flag("--augmented", options->augmented, "As the model sees them: after the pipeline of the split");
    command.option("--seed", options->seed, "Random seed of the pipeline").show_default().not_negative();
    command.option("--epoch", options->epoch, "Epoch of the random draws").show_default().not_negative();
    context.on(command, [options] { return preview(*options); });
}

}  // namespace goetia::cli
