// goetia dataset preview: some pictures of a set on one sheet, with what is marked in them.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_parts.h"
#include "base/files.h"
#include "config/config.h"
#include "data/dataset.h"
#include "data/decode/encode.h"
#include "data/preview/sheet.h"
#include "data/transform.h"

namespace goetia::cli {
namespace {

struct Wish {
    std::string config, format, root, list, output, split = "train";
    std::int64_t count = 16;
    SheetPlan plan;
    bool augmented = false;
    std::uint64_t seed = 0, epoch = 0;
};

Split split_of(const std::string& name) {
    return name == "val" ? Split::kVal : name == "test" ? Split::kTest : Split::kTrain;
}

// The document that says the data set and its pipelines: the configuration, or what the flags amount to.
Result<Json> document_of(const Wish& wish) {
    if (wish.config.empty() == wish.format.empty())
        return invalid("name the set either by --config or by --format and --data-root");
    if (!wish.config.empty()) {
        GOETIA_ASSIGN(Composed composed, compose({.file = wish.config}));
        if (composed.document.contains("dataset")) return std::move(composed.document);
        return invalid("'{}' has no section 'dataset'", wish.config);
    }
    if (wish.augmented) return invalid("--augmented needs --config: that is where the pipeline stands");
    Json dataset{{"type", wish.format}, {"data_root", wish.root}};
    if (!wish.list.empty()) dataset[wish.split] = {{"ann_file", wish.list}};
    return Json{{"dataset", dataset}};
}

// The pipeline as far as there are pixels to show.
Result<Json> steps_of(const Json& document, const Wish& wish, bool masks) {
    Json steps = Json::array({Json{{"type", "LoadImage"}}});
    if (masks) steps.push_back({{"type", "LoadMask"}});
    if (!wish.augmented) return steps;
    const std::string path = wish.split == "train" ? "train" : "val";
    const Json::json_pointer place("/augmentation/" + path + "/pipeline");
    if (!document.contains(place) || !document.at(place).is_array())
        return invalid("the configuration has no augmentation.{}.pipeline; leave --augmented out", path);
    steps = Json::array();
    for (const Json& step : document.at(place)) {
        if (step.value("type", "") == "ToTensor") break;
        steps.push_back(step);
    }
    return steps;
}

Result<Outcome> preview(const Wish& wish) {
    DatasetRegistry datasets(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(datasets));
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_transforms(transforms));
    GOETIA_ASSIGN(const Json document, document_of(wish));
    GOETIA_ASSIGN(const auto dataset, datasets.make(document.at("dataset"), "dataset", split_of(wish.split)));
    if (dataset->size() == 0) return invalid("the {} split holds no sample", wish.split);
    GOETIA_ASSIGN(const Sample first, dataset->sample(0));
    GOETIA_ASSIGN(const Json steps, steps_of(document, wish, !first.mask_path.empty()));
    GOETIA_ASSIGN(const Pipeline pipeline, Pipeline::make(transforms, steps, "augmentation"));
    const std::int64_t count = std::min(wish.count, dataset->size());
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < count; ++i) {  // spread evenly over the set
        GOETIA_ASSIGN(Sample sample, dataset->sample(i * dataset->size() / count));
        GOETIA_TRY(pipeline.apply(sample, wish.seed, wish.epoch, dataset.get()));
        samples.push_back(std::move(sample));
    }
    const Image sheet = contact_sheet(samples, dataset->classes(), wish.plan);
    GOETIA_ASSIGN(const std::string bytes, encode_png(sheet));
    GOETIA_TRY(write_file_atomic(wish.output, bytes));
    Outcome outcome{.json = {{"output", wish.output}, {"samples", Json::array()}},
                    .text = fmt::format("wrote '{}' ({}x{}): {} of {} pictures\n", wish.output, sheet.width,
                                        sheet.height, count, dataset->size())};
    for (const Sample& sample : samples)
        outcome.json["samples"].push_back(
            {{"index", sample.index}, {"name", sample.name}, {"marked", sample.instances.size()}});
    return outcome;
}

}  // namespace

void add_dataset_preview(CLI::App& dataset, Context& context) {
    const auto wish = std::make_shared<Wish>();
    CLI::App* command =
        dataset.add_subcommand("preview", "Draws some pictures on one sheet, with boxes, masks, key points and names");
    command->add_option("--config", wish->config, "An experiment file, whose dataset section is taken");
    command->add_option("--format", wish->format, "Or the format of the set at --data-root");
    command->add_option("--data-root,--data_root", wish->root, "The set's folder");
    command->add_option("--ann-file,--ann_file", wish->list, "The split's annotation file");
    command->add_option("--output", wish->output, "The PNG file to write")->required();
    command->add_option("--split", wish->split, "Which part of the set")
        ->check(CLI::IsMember({"train", "val", "test"}))
        ->capture_default_str();
    command->add_option("--count", wish->count, "How many pictures, spread over the set")
        ->check(CLI::Range(1, 400))
        ->capture_default_str();
    command->add_option("--columns", wish->plan.columns, "Pictures beside each other")
        ->check(CLI::Range(1, 40))
        ->capture_default_str();
    command->add_option("--cell", wish->plan.cell, "A picture's longer side in pixels")
        ->check(CLI::Range(32, 2000))
        ->capture_default_str();
    command->add_flag("--augmented", wish->augmented, "As the model sees them: through the split's pipeline");
    command->add_option("--seed", wish->seed, "Of the pipeline's draws")->capture_default_str();
    command->add_option("--epoch", wish->epoch, "Of the pipeline's draws")->capture_default_str();
    context.on(command, [wish] { return preview(*wish); });
}

}  // namespace goetia::cli
