// goetia model list|show|forward: whole models by name.
#include "apps/goetia/command.h"
#include "base/error_json.h"
#include "base/files.h"
#include "base/process.h"
#include "config/config.h"
#include "config/named_model.h"
#include "launch/programs.h"

namespace goetia::cli {
namespace {

struct ModelOptions {
    std::string name, weights, input, output, predictions;
    std::vector<std::string> settings;
};

// The comment below a file's package line, up to its first semicolon: "FCOS on ResNet-50, as torchvision has it".
std::string sentence_of(const std::string& text) {
    std::string sentence;
    std::size_t from = text.find('\n') + 1;
    while (text.compare(from, 2, "# ") == 0) {
        const std::size_t end = text.find('\n', from);
        sentence += (sentence.empty() ? "" : " ") + text.substr(from + 2, end - from - 2);
        from = end + 1;
    }
    return sentence.substr(0, sentence.find(';'));
}

Result<Outcome> list_models() {
    Outcome outcome{.json = {{"models", Json::array()}}, .text = {}};
    for (const std::string& name : model_names()) {
        GOETIA_ASSIGN(const std::string text, read_file(builtin_configs() / "groups/model" / (name + ".yaml")));
        outcome.json["models"].push_back({{"name", name}, {"sentence", sentence_of(text)}});
        outcome.text += fmt::format("{:<36}{}\n", name, sentence_of(text));
    }
    return outcome;
}

// The runtime's last line of standard error is its error as JSON.
Result<Json> call_runtime(std::vector<std::string> words) {
    GOETIA_ASSIGN(const std::filesystem::path runtime, find_runtime());
    words.insert(words.begin(), {runtime.native(), "forward"});
    GOETIA_ASSIGN(const ProcessResult done,
                  run_process({.words = std::move(words), .environment = {}, .folder = {}, .input = {}}));
    if (done.exit_code == 0) return Json::parse(done.output, nullptr, false);
    std::string errors = done.errors;
    while (!errors.empty() && errors.back() == '\n') errors.pop_back();
    const Json last = Json::parse(errors.substr(errors.rfind('\n') + 1), nullptr, false);
    if (const auto error = error_from_json(last)) return *error;
    return failed("goetia-runtime ended with exit code {}: {}", done.exit_code, errors);
}

std::vector<std::string> words_of(const ModelOptions& options) {
    std::vector<std::string> words{"--model", options.name};
    for (const std::string& setting : options.settings) words.insert(words.end(), {"--set", setting});
    const std::pair<const char*, const std::string&> values[] = {{"--weights", options.weights},
                                                                 {"--input", options.input},
                                                                 {"--output", options.output},
                                                                 {"--predictions", options.predictions}};
    for (const auto& [name, value] : values) {
        if (!value.empty()) words.insert(words.end(), {name, value});
    }
    return words;
}

Result<Outcome> show_model(const ModelOptions& options) {
    GOETIA_ASSIGN(Json facts, call_runtime(words_of(options)));
    GOETIA_ASSIGN(const Json section, named_model(options.name));
    Outcome outcome{.json = facts, .text = {}};
    outcome.json["section"] = section;
    outcome.text = fmt::format("{}: {}, {} outcomes, {} parameters\n\n{}", options.name,
                               facts["task"].get<std::string>(), facts["outcomes"].get<std::int64_t>(),
                               facts["parameters"].get<std::int64_t>(), to_yaml(Json{{"model", section}}));
    return outcome;
}

Result<Outcome> forward(const ModelOptions& options) {
    GOETIA_ASSIGN(Json report, call_runtime(words_of(options)));
    std::string text = fmt::format("wrote '{}', {}\n", options.output, report["shape"].dump());
    if (!options.predictions.empty()) text += fmt::format("wrote '{}'\n", options.predictions);
    return Outcome{.json = std::move(report), .text = std::move(text)};
}

void add_model_options(Command& command, ModelOptions& options) {
    command.positional("NAME", options.name, "A model; 'goetia model list' names them").required();
    command.option("--set", options.settings, "A change to it, key=value; may be repeated")
        .metavar("KEY=VALUE")
        .repeated();
}

}  // namespace

void add_model_commands(Command& app, Context& context) {
    Command& noun = app.command("model", "Whole models by name");
    noun.needs_command();
    context.on(noun.command("list", "List the models that have a name"), [] { return list_models(); });

    const auto shown = std::make_shared<ModelOptions>();
    Command& show = noun.command("show", "Show a model's task, number of parameters and configuration");
    add_model_options(show, *shown);
    context.on(show, [shown] { return show_model(*shown); });

    const auto asked = std::make_shared<ModelOptions>();
    Command& pass = noun.command("forward", "Pass numbers through a model, to compare it with another library");
    add_model_options(pass, *asked);
    pass.option("--weights", asked->weights, "A .pth or .safetensors file; random unless given");
    pass.option("--input", asked->input, "A .npy file, [images, channels, height, width]").required();
    pass.option("--output", asked->output, "The .npy file to write, the model's first output").required();
    pass.option("--predictions", asked->predictions, "A JSON file to write what it finds to");
    context.on(pass, [asked] { return forward(*asked); });
}

}  // namespace goetia::cli
