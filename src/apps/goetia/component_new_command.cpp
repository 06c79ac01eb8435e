// goetia component new|check: a start for a plug-in, and a look at one before it is trained with.
#include "apps/goetia/command.h"

#include "apps/goetia/component_scaffold.h"
#include "base/process.h"
#include "component/plugin_files.h"
#include "run/component_catalogue.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

struct Wanted {
    std::string kind;
    std::string name;
    fs::path output = ".";
    std::vector<std::string> files;
};

Result<Outcome> write_new(const Wanted& wanted) {
    const fs::path scaffolds = (own_folder() / ".." / "share" / "goetia" / "scaffold").lexically_normal();
    GOETIA_ASSIGN(const std::vector<fs::path> written,
                  write_scaffold(scaffolds, wanted.kind, wanted.name, wanted.output));
    const std::string source = written[0].lexically_normal(), example = written[1].lexically_normal();
    return Outcome{.json = {{"kind", wanted.kind}, {"name", wanted.name}, {"files", {source, example}}},
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

Result<Outcome> check(const Wanted& wanted) {
    GOETIA_ASSIGN(const std::vector<fs::path> files, find_plugins(wanted.files, fs::current_path()));
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
    auto wanted = std::make_shared<Wanted>();
    Command& maker = component.command("new", "Write a compiling start for a component of your own");
    maker.positional("kind", wanted->kind, "model, loss, transform, hook, ...").required().metavar("KIND");
    maker.positional("name", wanted->name, "The class's name").required().metavar("NAME");
    maker.option("--output", wanted->output, "The folder to write to").metavar("DIR");
    maker.footer(
        "Examples:\n  goetia component new model MyModel\n  goetia component new transform AddRain --output plugins");
    context.on(maker, [wanted] { return write_new(*wanted); });
    Command& checker = component.command("check", "Compile and load plug-ins, and show what they bring");
    checker.positional("files", wanted->files, "Sources, built plug-ins, or folders of sources")
        .required()
        .metavar("FILE|DIR");
    checker.footer("Examples:\n  goetia component check my_model.cpp");
    context.on(checker, [wanted] { return check(*wanted); });
}

}  // namespace goetia::cli
