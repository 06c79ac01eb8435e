// goetia predict: what a trained model finds in images.
#include "apps/goetia/inference_call.h"

namespace goetia::cli {
namespace {

struct PredictOptions : InferenceOptions {
    std::vector<std::string> images;
};

Result<Outcome> predict(Context& context, const PredictOptions& options) {
    Json images = Json::array();
    for (const std::string& image : options.images) images.push_back(std::filesystem::absolute(image).native());
    GOETIA_ASSIGN(Json report, run_inference(context, options, {{"images", std::move(images)}}));
    std::string text;
    for (const Json& one : report["shown"])
        text += fmt::format("{}: {}\n", one["sample"].get<std::string>(), one["text"].get<std::string>());
    const auto shown = static_cast<std::int64_t>(report["shown"].size()), all = report["samples"].get<std::int64_t>();
    if (all > shown) text += fmt::format("... and {} more\n", all - shown);
    text += files_text(report);
    return Outcome{.json = std::move(report), .text = std::move(text)};
}

}  // namespace

void add_predict_command(Command& app, Context& context) {
    const auto options = std::make_shared<PredictOptions>();
    options->output = "predictions";
    Command& command = app.command("predict", "Find what is in images with a trained model");
    add_inference_options(command, *options);
    command.positional("IMAGES", options->images, "Images, and folders that are searched through").required();
    command.option("--output", options->output, "The folder for predictions and pictures")
        .metavar("DIR")
        .show_default();
    command.option("--set", options->overrides, "A change to the run's configuration, key=value; may be repeated")
        .metavar("KEY=VALUE")
        .repeated();
    context.on(command, [&context, options] { return predict(context, *options); });
}

}  // namespace goetia::cli
