// goetia component list|show: the catalogue of models, losses, transforms and the rest.
#include "apps/goetia/command.h"

#include "apps/goetia/master_call.h"
#include "apps/goetia/train_text.h"
#include "base/nearest.h"
#include "component/schema.h"
#include "run/component_catalogue.h"

namespace goetia::cli {

void add_component_plugin_commands(Command& component, Context& context);  // component_new_command.cpp
void add_component_cache_command(Command& component, Context& context);
namespace {

struct ComponentOptions {
    std::string kind;
    std::string name;
    std::vector<std::string> plugins;
    bool on_master = false;
    MasterOptions master;
};

Status check_kind(const std::string& kind) {
    if (kind.empty() || kind_from_name(kind)) return {};
    std::vector<std::string> names;
    std::string all;
    for (const Kind one : all_kinds())
        names.emplace_back(kind_name(one)), all += (all.empty() ? "" : ", ") + names.back();
    const std::string near = nearest_name(kind, names);
    return invalid("no kind of component is called '{}'{} (there are: {})", kind,
                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near), all);
}

Result<std::vector<Json>> select(const ComponentOptions& options) {
    GOETIA_TRY(check_kind(options.kind));
    std::vector<Json> list;
    if (options.on_master) {
        GOETIA_ASSIGN(MasterCall master, MasterCall::open(options.master));
        GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/components?kind=" + options.kind));
        for (const Json& component : page["items"]) list.push_back(component);
        return list;
    }
    GOETIA_ASSIGN(const ComponentCatalogue catalogue, load_catalogue(options.plugins));
    for (const Json& component : catalogue.components) {
        if (options.kind.empty() || component.value("kind", "") == options.kind) list.push_back(component);
    }
    return list;
}

Result<Outcome> list(const ComponentOptions& options) {
    GOETIA_ASSIGN(const std::vector<Json> components, select(options));
    std::vector<std::vector<std::string>> rows;
    for (const Json& component : components) {
        const std::string origin = component.value("origin", "built-in");
        rows.push_back({component.value("kind", ""), component.value("name", ""),
                        component.value("sentence", "") + (origin == "built-in" ? "" : " [" + origin + "]")});
    }
    return Outcome{.json = {{"components", components}}, .text = table_text(rows)};
}

std::string param_text(const Json& param) {
    const std::string text = param.value("text", "");
    return text + (param.contains("default") ? "; " + param["default"].dump() + " unless given" : "; required");
}

std::string component_text(const Json& component) {
    std::string text = fmt::format("{} ({}, {})\n{}\n", component.value("name", ""), component.value("kind", ""),
                                   component.value("origin", "built-in"), component.value("sentence", ""));
    std::vector<std::vector<std::string>> rows;
    const Json params = component.value("params", Json::array());
    for (const Json& param : params)
        rows.push_back({"  " + param.value("name", ""), param_text(param), param.value("doc", "")});
    return text + (rows.empty() ? "no parameters\n" : table_text(rows));
}

Result<Outcome> show(const ComponentOptions& options) {
    GOETIA_ASSIGN(const std::vector<Json> components, select(options));
    std::vector<std::string> names;
    Json found = Json::array();
    std::string text;
    for (const Json& component : components) {
        names.push_back(component.value("name", ""));
        if (names.back() != options.name) continue;
        found.push_back(component);
        text += (text.empty() ? "" : "\n") + component_text(component);
    }
    if (found.empty()) {
        const std::string near = nearest_name(options.name, names);
        return not_found(
            "no component is called '{}'{}", options.name,
            near.empty() ? "; 'goetia component list' shows all" : fmt::format("; did you mean '{}'?", near));
    }
    // Two kinds may use the same name; then both are shown.
    return Outcome{.json = found.size() == 1 ? found[0] : Json{{"components", found}}, .text = text};
}

void add_common(Command& command, ComponentOptions& options) {
    command.option("--kind", options.kind, "Only this kind: model, loss, transform, ...").metavar("KIND");
    command.option("--components", options.plugins, "Plug-ins to load as well (a .cpp file or a folder)")
        .metavar("PATH")
        .separator(',');
    command.flag("--on-master", options.on_master, "Those of the master's build, which has no plug-ins")
        .excludes("--components");
    add_master_options(command, options.master);
}

}  // namespace

void add_component_commands(Command& app, Context& context) {
    Command& component = app.command("component", "The catalogue of models, losses, transforms and the rest");
    component.needs_command();
    auto options = std::make_shared<ComponentOptions>();
    Command& lister = component.command("list", "Every component with its sentence");
    add_common(lister, *options);
    lister.footer(
        "Examples:\n  goetia component list --kind transform\n  goetia component list --components my_model.cpp "
        "--json");
    context.on(lister, [options] { return list(*options); });
    Command& shower = component.command("show", "One component with its parameters: type, range, default, meaning");
    shower.positional("name", options->name, "Its name").required().metavar("NAME");
    add_common(shower, *options);
    shower.footer("Examples:\n  goetia component show ResNet\n  goetia component show ColorJitter --json");
    context.on(shower, [options] { return show(*options); });
    add_component_plugin_commands(component, context);
    add_component_cache_command(component, context);
}

}  // namespace goetia::cli
