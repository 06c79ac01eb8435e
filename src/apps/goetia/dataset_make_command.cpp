// goetia dataset make: seeded picture sets for every task.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/stop_on_signals.h"
#include "base/clock.h"
#include "datasets/synthetic/ages.h"
#include "datasets/synthetic/scene_set.h"

namespace goetia::cli {
namespace {

struct MakeWish {
    std::string kind;
    std::string output;
    std::string format = "jpg";
    ShapesPlan plan;
};

Result<SplitSizes> make_kind(const MakeWish& wish, const ShapesPlan& plan, const StopToken& stop) {
    CountLine line;
    const auto on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); };
    if (wish.kind == "regression") return make_ages(plan, wish.output, on_progress, stop);
    for (const Task task : {Task::kDetection, Task::kInstance, Task::kSemantic}) {
        if (wish.kind == task_name(task)) return make_scenes(task, plan, wish.output, on_progress, stop);
    }
    return make_shapes(plan, wish.output, on_progress, stop);
}

Result<Outcome> make(const MakeWish& wish, const StopToken& stop) {
    ShapesPlan plan = wish.plan;
    plan.png = wish.format == "png";
    const double begin = steady_seconds();
    GOETIA_ASSIGN(const SplitSizes made, make_kind(wish, plan, stop));
    const bool ages = wish.kind == "regression";
    const std::string classes = ages ? "ages of persons" : fmt::format("{} classes", plan.classes);
    return Outcome{
        .json = {{"dir", wish.output},
                 {"kind", wish.kind},
                 {"classes", ages ? Json(nullptr) : Json(plan.classes)},
                 {"train", made.train},
                 {"val", made.val},
                 {"size", plan.size},
                 {"seed", plan.seed}},
        .text = fmt::format("made {} images to train on and {} to check with, {}, in '{}' ({})\n", made.train, made.val,
                            classes, wish.output, readable_duration(steady_seconds() - begin))};
}

}  // namespace

void add_dataset_make(Command& dataset, Context& context) {
    const auto wish = std::make_shared<MakeWish>();
    Command& command = dataset.command("make", "Makes a seeded picture set for one of the tasks");
    command.option("--kind", wish->kind, "The task it is for")
        .required()
        .choices({"classification", "detection", "instance", "segmentation", "regression"});
    command.option("--output", wish->output, "The folder to make; it must not exist or be empty").required();
    command.option("--images", wish->plan.images, "How many, of both splits").show_default();
    command
        .option("--classes", wish->plan.classes,
                "How many to tell apart; of segmentation the first is the background, regression has none")
        .show_default();
    command.option("--size", wish->plan.size, "Pixels, both ways").show_default();
    command.option("--seed", wish->plan.seed, "The same seed gives the same bytes").show_default().not_negative();
    command.option("--image-format", wish->format, "How the images are written").choices({"jpg", "png"}).show_default();
    command.option("--threads", wish->plan.threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return stoppable([&](const StopToken& stop) { return make(*wish, stop); }); });
}

}  // namespace goetia::cli
