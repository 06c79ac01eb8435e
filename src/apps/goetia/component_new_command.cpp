// goetia component new|check: generates the start of a plug-in, and checks one before it is used for training.
#include "apps/goetia/command.h"

#include "apps/goetia/component_scaffold.h"
#include "base/process.h"
#include "component/plugin_files.h"
#include "run/component_catalogue.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

struct PluginOptions {
    std::string kind;
    std::string name;
    fs::path output = ".";
    std::vector<std::string> files;
};

Result<Outcome> write_new(const PluginOptions& options) {
    const fs::path scaffolds = (own_folder() / ".." / "share" / "goetia" / "scaffold").lexically_normal();
    GOETIA_ASSIGN(const std::vector<fs::path> written,
                  write_scaffold(scaffolds, options.kind, options.name, options.output));
    const std::string source = written[0].lexically_normal(), example = written[1].lexically_normal();
    return Outcome{.json = {{"kind", options.kind}, {"name", options.name}, {"files", {source, example}}},
                   .text = fmt::format("wrote {0} and {1}\n"
                                       "  check it:  goetia component check {0}\n"
                                       "  use it:    the lines of {1} in an experiment's configuration\n",
                                       source, example)};
}

std::string lines_of(const Json& component) {
    std::string text = fmt::format("{} {}: {}\n", component.value("kind", ""), component.value("name", ""),
                                   component.value("sentence", ""));
    for (const Json& param : component.value("params", Json::array())) {
        const std::string fallback = param.contains("default") ? ", default " + param["default"].dump() : ", required";
        text += fmt::format("  {} ({}{}): {}\n", param.value("name", ""), param.value("text", ""), fallback,
                            param.value("doc", ""));
    }
    return text;
}

Result<Outcome> check(const PluginOptions& options) {
    GOETIA_ASSIGN(const std::vector<fs::path> files, find_plugins(options.files, fs::current_path()));
    GOETIA_ASSIGN(const ComponentCatalogue catalogue, load_catalogue({files.begin(), files.end()}));
    Json own = Json::array();
    std::string text;
    for (const Json& component : catalogue.components) {
        if (component.value("origin", "built-in") == "built-in") continue;
        own.push_back(component);
        text += lines_of(component);
    }
    return Outcome{.json = {{"ok", true}, {"components", own}},
                   .text = text + "compiles, loads and describes itself\n"};
}

}  // namespace

void add_component_plugin_commands(Command& component, Context& context) {
    auto options = std::make_shared<PluginOptions>();
    Command& maker = component.command("new", "Write a compiling template for a component of your own");
    maker.positional("kind", options->kind, "model, loss, transform, hook, ...").required().metavar("KIND");
    maker.positional("name", options->name, "The class's name").required().metavar("NAME");
    maker.option("--output", options->output, "The folder to write to").metavar("DIR");
    maker.footer(
        "Examples:\n  goetia component new model MyModel\n  goetia component new transform AddRain --output plugins");
    context.on(maker, [options] { return write_new(*options); });
    Command& checker = component.command("check", "Compile and load plug-ins, and list their components");
    checker.positional("files", options->files, "Sources, built plug-ins, or folders of sources")
        .required()
        .metavar("FILE|DIR");
    checker.footer("Examples:\n  goetia component check my_model.cpp");
    context.on(checker, [options] { return check(*options); });
}

}  // namespace goetia::cli
