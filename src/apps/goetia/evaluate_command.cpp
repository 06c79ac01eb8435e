// goetia evaluate: the metrics of a trained model on a split of its data set, or of another one.
#include "apps/goetia/inference_call.h"

namespace goetia::cli {
namespace {

struct EvaluateOptions : InferenceOptions {
    std::string split = "val";
};

Result<Outcome> evaluate(Context& context, const EvaluateOptions& options) {
    GOETIA_ASSIGN(Json report, run_inference(context, options, {{"split", options.split}}));
    std::string text = fmt::format("{} on {} samples of the {} split: '{}' after epoch {}, {} weights\n",
                                   report["task"].get<std::string>(), report["samples"].get<std::int64_t>(),
                                   options.split, report["experiment"].get<std::string>(),
                                   report["epoch"].get<std::int64_t>(), report["weights"].get<std::string>());
    for (const auto& [name, value] : report["metrics"].items())
        text += value.is_number() ? fmt::format("  {:<28}{:.4f}\n", name, value.get<double>())
                                  : fmt::format("  {:<28}not defined\n", name);
    text += files_text(report);
    report["split"] = options.split;
    return Outcome{.json = std::move(report), .text = std::move(text)};
}

}  // namespace

void add_evaluate_command(Command& app, Context& context) {
    const auto options = std::make_shared<EvaluateOptions>();
    Command& command = app.command("evaluate", "Measure a trained model on a split");
    add_inference_options(command, *options);
    command.positional("OVERRIDES", options->overrides,
                       "Changes to the run's configuration, such as dataset.data_root=DIR");
    command.option("--split", options->split, "Which split").choices({"train", "val", "test"}).show_default();
    command.option("--output", options->output, "A folder for the predictions and pictures").metavar("DIR");
    command.option("--mistakes", options->mistakes, "Draw so many of the worst mistakes on a sheet").range(0, 1000);
    context.on(command, [&context, options] { return evaluate(context, *options); });
}

}  // namespace goetia::cli
