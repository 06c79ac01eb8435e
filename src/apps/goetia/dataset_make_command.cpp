// goetia dataset make: generates reproducible image sets for every task.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/clock.h"
#include "datasets/layout/found_set.h"
#include "datasets/synthetic/ages.h"
#include "datasets/synthetic/scene_set.h"

namespace goetia::cli {
namespace {

struct MakeOptions {
    std::string kind;
    std::string output;
    std::string format = "jpg";
    ShapesPlan plan;
};

Result<SplitSizes> make_kind(const MakeOptions& options, const ShapesPlan& plan, const StopToken& stop) {
    CountLine line;
    const auto on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); };
    if (options.kind == "regression") return make_ages(plan, options.output, on_progress, stop);
    for (const Task task : {Task::kDetection, Task::kInstance, Task::kSemantic}) {
        if (options.kind == task_name(task)) return make_scenes(task, plan, options.output, on_progress, stop);
    }
    return make_shapes(plan, options.output, on_progress, stop);
}

// The section that reads what was generated.
Json section_of_kind(const MakeOptions& options) {
    if (options.kind == "regression")
        return {{"type", "Table"},
                {"image_dir", "images"},
                {"target_columns", {"age"}},
                {"subject_column", "subject"},
                {"train", {{"ann_file", "train.csv"}}},
                {"val", {{"ann_file", "val.csv"}}}};
    const char* type = options.kind == "classification" ? "ImageNet"
                       : options.kind == "segmentation" ? "SemanticMasks"
                                                        : "COCO";
    return {{"type", type}, {"num_classes", options.plan.classes}};
}

Result<Outcome> make(const MakeOptions& options, const StopToken& stop) {
    ShapesPlan plan = options.plan;
    plan.png = options.format == "png";
    const double begin = steady_seconds();
    GOETIA_ASSIGN(const SplitSizes sizes, make_kind(options, plan, stop));
    GOETIA_TRY(write_dataset_file(options.output, section_of_kind(options),
                                  task_from_name(options.kind).value_or(Task::kClassification)));
    const bool ages = options.kind == "regression";
    const std::string classes = ages ? "ages of people" : fmt::format("{} classes", plan.classes);
    return Outcome{
        .json = {{"dir", options.output},
                 {"kind", options.kind},
                 {"classes", ages ? Json(nullptr) : Json(plan.classes)},
                 {"train", sizes.train},
                 {"val", sizes.val},
                 {"size", plan.size},
                 {"seed", plan.seed}},
        .text = fmt::format("generated {} training and {} validation images, {}, in '{}' ({})\n", sizes.train,
                            sizes.val, classes, options.output, readable_duration(steady_seconds() - begin))};
}

}  // namespace

void add_dataset_make(Command& dataset, Context& context) {
    const auto options = std::make_shared<MakeOptions>();
    Command& command = dataset.command("make", "Generates a reproducible image set for one of the tasks");
    command.option("--kind", options->kind, "The task of the set")
        .required()
        .choices({"classification", "detection", "instance", "segmentation", "regression"});
    command.option("--output", options->output, "The folder to create; it must not exist, or be empty").required();
    command.option("--images", options->plan.images, "Number of images in both splits").show_default();
    command
        .option("--classes", options->plan.classes,
                "Number of classes; in segmentation the first is the background, regression has none")
        .show_default();
    command.option("--size", options->plan.size, "Width and height in pixels").show_default();
    command.option("--seed", options->plan.seed, "The same seed gives the same bytes").show_default().not_negative();
    command.option("--image-format", options->format, "The file format of the images")
        .choices({"jpg", "png"})
        .show_default();
    command.option("--threads", options->plan.threads, "0: one per core").show_default().range(0, 1024);
    context.on(command, [options] { return stoppable([&](const StopToken& stop) { return make(*options, stop); }); });
}

}  // namespace goetia::cli
