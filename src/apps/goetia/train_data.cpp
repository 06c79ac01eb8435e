// goetia train --data: from a folder to a configuration.
#include "apps/goetia/train_options.h"
#include "apps/goetia/train_plan.h"
#include "base/json_path.h"
#include "config/section_keys.h"
#include "experiment/environment.h"

namespace goetia::cli {
namespace {

bool has_gpu() {
    const Json state = gpu_state();
    const auto gpus = state.find("gpus");
    return gpus != state.end() && gpus->is_array() && !gpus->empty();
}

std::string images_text(const DataInfo& data) {
    std::string text = fmt::format("{} training images", data.train);
    if (data.has_val) text += fmt::format(" and {} for validation", data.val);
    else
        text += fmt::format(", a fifth of which validates, chosen {} by a fixed seed",
                            data.has_subjects ? "by subject" : "at random");
    if (data.side > 0)
        text += data.is_one_size ? fmt::format(", {}x{} pixels", data.width, data.height)
                                 : fmt::format(", about {} pixels large", data.side);
    return text;
}

std::string task_text(Task task, const DataInfo& data) {
    std::string text(task_name(task));
    if (data.classes > 0) text += fmt::format(" of {} classes", data.classes);
    else if (!data.means.empty())
        text += fmt::format(" of {} value{}", data.means.size(), data.means.size() == 1 ? "" : "s");
    for (const Task other : data.tasks) {
        if (other != task) text += fmt::format(" (--task {} is possible too)", task_name(other));
    }
    return text;
}

// A word of a command line as a shell reads it.
std::string shell_word(const std::string& word) {
    if (word.find_first_of(" '\"\\{}[]~*?$&;|<>()!#") == std::string::npos) return word;
    std::string quoted = "'";
    for (const char letter : word) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return quoted + "'";
}

std::string command_text(const ComposeRequest& request) {
    std::string text = fmt::format("goetia train --config {}", shell_word(request.file.native()));
    for (const std::string& one : request.overrides) text += " " + shell_word(one);
    return text;
}

}  // namespace

Option& add_data_choice(Command& command, TrainOptions& options, const std::string& name) {
    Option& data = command
                       .option(name, options.data,
                               "Instead of --config: a folder of data; format, task, classes and a template that fits "
                               "are found")
                       .metavar("DIR")
                       .excludes("--config")
                       .excludes("--config-path")
                       .excludes("--config-name");
    std::vector<std::string> tasks{"auto"};
    for (const Task task : kTasks) tasks.emplace_back(task_name(task));
    command.option("--task", options.task, fmt::format("With {}: what to train, where the data leave a choice", name))
        .choices(tasks)
        .show_default()
        .needs(name);
    command
        .option("--model", options.model,
                fmt::format("With {}: a model of configs/groups/model, such as resnet50", name))
        .metavar("NAME")
        .needs(name);
    command
        .positional("overrides", options.request.overrides,
                    "Changes to the configuration: key=value, +key=value, ~key, group=choice")
        .metavar("OVERRIDE");
    return data;
}

Status apply_data(Context& context, TrainOptions& options) {
    if (options.data.empty()) return {};
    if (builtin_configs().empty())
        return not_found(
            "the built-in configs/ were not found next to the program; set GOETIA_CONFIGS to their folder");
    GOETIA_ASSIGN(const Recipes recipes, builtin_recipes(builtin_configs()));
    GOETIA_ASSIGN(const FoundSet found, find_set({options.data}));
    context.say(found.sentence);
    GOETIA_ASSIGN(const DataInfo data, data_info(found));
    const TrainChoice choice{task_from_name(options.task), options.model, has_gpu()};
    GOETIA_ASSIGN(const Task task, chosen_task(data, choice, recipes));
    GOETIA_ASSIGN(const ChosenRecipe chosen, chosen_recipe(task, data, choice, recipes));
    context.say(fmt::format("{}: {}", task_text(task, data), images_text(data)));
    GOETIA_ASSIGN(const Composed document,
                  compose_unresolved({.file = chosen.recipe.file, .overrides = chosen.overrides}));
    std::vector<std::string> overrides = chosen.overrides;
    for (std::string& one : data_overrides(document.unresolved, task, data, choice.has_gpu, section_keys("dataset")))
        overrides.push_back(std::move(one));
    overrides.insert(overrides.end(), options.request.overrides.begin(), options.request.overrides.end());
    options.request.file = chosen.recipe.file;
    options.request.overrides = std::move(overrides);
    context.say(fmt::format("the template {}/{} for {}; without --data this is", chosen.recipe.task, chosen.recipe.name,
                            choice.has_gpu ? "a GPU" : "a CPU"));
    context.say("  " + command_text(options.request));
    return {};
}

}  // namespace goetia::cli
