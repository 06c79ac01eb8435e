// goetia config show|validate|explain|sources
#include <algorithm>
#include <cstdio>

#include "apps/goetia/command.h"
#include "apps/goetia/config_choice.h"
#include "apps/goetia/config_show.h"
#include "base/error_json.h"
#include "config/config.h"
#include "config/experiment_schema.h"
#include "run/component_catalogue.h"

namespace goetia::cli {
namespace {

const std::vector<std::string> kOtherChoices{"--config-path", "--config-name"};

struct ConfigOptions {
    ComposeRequest request;
    ConfigChoice choice;
    ShowOptions show;
    std::string info;
    bool skip_components = false;
    std::vector<std::string> keys;
};

Result<Outcome> show(ConfigOptions options) {
    GOETIA_TRY(apply_choice(options.request, options.choice));
    if (options.info == "defaults") return show_defaults(options.request);
    return show_config(options.request, options.show);
}

Status validate_one(const ComposeRequest& job, bool with_components) {
    GOETIA_ASSIGN(const Composed composed, compose(job));
    say_notices(composed.notices);
    if (!with_components) return check_experiment(composed);
    GOETIA_ASSIGN(const std::vector<std::string> plugins, plugins_of(composed, job.file));
    GOETIA_ASSIGN(const ComponentCatalogue catalogue, load_catalogue(plugins));
    return check_experiment(composed, catalogue.components);
}

Result<Outcome> validate(ConfigOptions options) {
    GOETIA_TRY(apply_choice(options.request, options.choice));
    auto jobs = jobs_of(options.request, options.show.multirun);
    Status valid = jobs ? Status() : Status(std::move(jobs).error());
    for (std::size_t i = 0; valid && i < jobs->size(); ++i) valid = validate_one((*jobs)[i], !options.skip_components);
    if (valid)
        return Outcome{
            {{"ok", true}, {"faults", Json::array()}}, fmt::format("{}: valid\n", options.request.file.string()), kOk};

    std::fputs(("goetia: " + to_string(valid.error()) + "\n").c_str(), stderr);
    Json json = to_json(valid.error());
    Json faults = json["error"]["faults"];
    if (faults.empty())
        faults.push_back({{"path", ""},
                          {"file", options.request.file.string()},
                          {"line", 0},
                          {"message", valid.error().message},
                          {"found", ""},
                          {"allowed", ""},
                          {"nearest", ""}});
    return Outcome{{{"ok", false}, {"faults", std::move(faults)}, {"error", std::move(json["error"])}},
                   "",
                   exit_code(valid.error().code)};
}

Result<Outcome> explain(ConfigOptions options) {
    GOETIA_TRY(apply_choice(options.request, options.choice));
    Outcome outcome;
    Json all = Json::array();
    std::optional<Composed> composed;
    if (!options.request.file.empty()) {
        GOETIA_ASSIGN(composed, compose_unresolved(options.request));
    }
    for (const std::string& key : options.keys) {
        GOETIA_ASSIGN(Json about, explain_key(key));
        outcome.text += fmt::format("{}\n  type     {}\n  allowed  {}\n", key, about["type"].get<std::string>(),
                                    about["allowed"].get<std::string>());
        if (about.contains("default")) outcome.text += fmt::format("  default  {}\n", about["default"].dump());
        if (about.contains("keys"))
            outcome.text +=
                fmt::format("  holds    {}\n", fmt::join(about["keys"].get<std::vector<std::string>>(), ", "));
        if (composed && composed->lines.contains(key)) {
            const Place place = composed->lines.at(key);
            about["said_at"] =
                place.from_override ? "override " + place.file : fmt::format("{}:{}", place.file, place.line);
            outcome.text += fmt::format("  set at   {}\n", about["said_at"].get<std::string>());
        }
        outcome.text += fmt::format("  {}\n", about["doc"].get<std::string>());
        all.push_back(std::move(about));
    }
    outcome.json = {{"keys", std::move(all)}};
    return outcome;
}

Result<Outcome> sources(ConfigOptions options) {
    GOETIA_TRY(apply_choice(options.request, options.choice));
    GOETIA_ASSIGN(const Composed composed, compose_unresolved(options.request));
    Outcome outcome;
    Json list = Json::array();
    const auto walk = [&](const auto& self, const Json& value, const std::string& path) -> void {
        if (value.is_object() && !value.empty()) {
            for (const auto& [key, item] : value.items()) self(self, item, path.empty() ? key : path + "." + key);
            return;
        }
        const Place place = place_of(composed.lines, path);
        const std::string source =
            place.from_override ? "override " + place.file : fmt::format("{}:{}", place.file, place.line);
        // One line each, so that the output can be searched: containers are written as JSON.
        const std::string text =
            value.is_structured() ? fmt::format("{}: {}\n", path, value.dump()) : to_yaml(Json{{path, value}});
        outcome.text += fmt::format("{}    # {}\n", text.substr(0, text.size() - 1), source);
        list.push_back({{"path", path},
                        {"value", value},
                        {"file", place.file},
                        {"line", place.line},
                        {"override", place.from_override}});
    };
    walk(walk, composed.unresolved, "");
    outcome.json = {{"sources", std::move(list)}, {"files", composed.files}};
    return outcome;
}

void add_overrides(Command& command, ConfigOptions& options) {
    command.positional("overrides", options.request.overrides, "KEY=VALUE, +KEY=VALUE, ~KEY, GROUP=OPTION ...");
}

}  // namespace

void add_config_commands(Command& app, Context& context) {
    const auto options = std::make_shared<ConfigOptions>();
    Command& config = app.command("config", "Compose, show, check and explain configurations");
    config.needs_command();

    Command& show_command = config.command("show", "Print the composed and resolved document as YAML");
    add_config_choice(show_command, options->request, options->choice).required_unless(kOtherChoices);
    show_command.flag("--multirun,-m", options->show.multirun, "One document per job of the sweep");
    show_command.flag("--unresolved", options->show.unresolved, "Keep references as they are written");
    show_command.option("--cfg", options->show.part, "What to show: job, hydra (what ${hydra:...} can ask for), all")
        .choices({"job", "hydra", "all"})
        .show_default();
    show_command.option("--package,-p", options->show.package, "Only this part of the document").metavar("PATH");
    show_command.option("--info", options->info, "defaults: show the final defaults list instead")
        .choices({"defaults"});
    add_overrides(show_command, *options);
    context.on(show_command, [options] { return show(*options); });

    Command& validate_command = config.command("validate", "Check an experiment file: every fault at once");
    add_config_choice(validate_command, options->request, options->choice).required_unless(kOtherChoices);
    validate_command.flag("--multirun,-m", options->show.multirun, "Check every job of the sweep");
    validate_command.flag("--no-components", options->skip_components,
                          "Check the shape only, not the components' parameters");
    add_overrides(validate_command, *options);
    context.on(validate_command, [options] { return validate(*options); });

    Command& explain_command =
        config.command("explain", "Show type, range, default and meaning of keys of an experiment file");
    add_config_choice(explain_command, options->request, options->choice);
    explain_command.positional("keys", options->keys, "Keys, e.g. training.epochs").required();
    context.on(explain_command, [options] { return explain(*options); });

    Command& sources_command = config.command("sources", "Show which file, line or override set each key");
    add_config_choice(sources_command, options->request, options->choice).required_unless(kOtherChoices);
    add_overrides(sources_command, *options);
    context.on(sources_command, [options] { return sources(*options); });
}

}  // namespace goetia::cli
