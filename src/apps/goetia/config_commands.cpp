// goetia config show|validate|explain|sources
#include <algorithm>
#include <cstdio>

#include "apps/goetia/command.h"
#include "base/error_json.h"
#include "config/config.h"
#include "config/experiment_schema.h"
#include "run/component_catalogue.h"

namespace goetia::cli {
namespace {

struct ConfigOptions {
    ComposeRequest request;
    bool multirun = false;
    bool unresolved = false;
    bool skip_components = false;
    std::vector<std::string> keys;
};

void say_notices(const std::vector<std::string>& notices) {
    for (const std::string& notice : notices) std::fputs(("goetia: note: " + notice + "\n").c_str(), stderr);
}

bool sounds_secret(std::string key) {
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
    static constexpr std::string_view kWords[] = {"api_key", "apikey", "token",      "password",
                                                  "passwd",  "secret", "credential", "private_key"};
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [&](std::string_view word) { return key.find(word) != std::string::npos; });
}

// The resolved document as it may be shown: what sounds like a secret and came from the environment stays a reference.
Json shown(const Composed& composed, const Json& resolved, const Json* written, const std::string& path) {
    if (resolved.is_object()) {
        Json map = Json::object();
        for (const auto& [key, value] : resolved.items()) {
            const std::string at = path.empty() ? key : path + "." + key;
            const Json* said =
                written != nullptr && written->is_object() && written->contains(key) ? &(*written)[key] : nullptr;
            const bool hide = !value.is_structured() && sounds_secret(key) && composed.from_environment.contains(at);
            map[key] =
                hide ? (said != nullptr && said->is_string() ? *said : Json("***")) : shown(composed, value, said, at);
        }
        return map;
    }
    if (!resolved.is_array()) return resolved;
    Json list = Json::array();
    for (std::size_t i = 0; i < resolved.size(); ++i) {
        const Json* said = written != nullptr && written->is_array() && i < written->size() ? &(*written)[i] : nullptr;
        list.push_back(shown(composed, resolved[i], said, path + "[" + std::to_string(i) + "]"));
    }
    return list;
}

Result<std::vector<ComposeRequest>> jobs_of(const ConfigOptions& options) {
    if (!options.multirun) return std::vector<ComposeRequest>{options.request};
    GOETIA_ASSIGN(const auto lines, expand_multirun(options.request));
    std::vector<ComposeRequest> jobs;
    for (const auto& overrides : lines) jobs.push_back({options.request.file, options.request.config_dirs, overrides});
    return jobs;
}

Result<Outcome> show(const ConfigOptions& options) {
    GOETIA_ASSIGN(const std::vector<ComposeRequest> jobs, jobs_of(options));
    Outcome outcome;
    Json documents = Json::array();
    for (const ComposeRequest& job : jobs) {
        GOETIA_ASSIGN(const Composed composed, options.unresolved ? compose_unresolved(job) : compose(job));
        say_notices(composed.notices);
        Json document =
            options.unresolved ? composed.unresolved : shown(composed, composed.document, &composed.unresolved, "");
        if (options.multirun) outcome.text += "---\n";
        outcome.text += to_yaml(document);
        if (documents.empty())
            outcome.json = {{"document", document}, {"files", composed.files}, {"notices", composed.notices}};
        documents.push_back(std::move(document));
    }
    if (options.multirun) {
        Json overrides = Json::array();
        for (const ComposeRequest& job : jobs) overrides.push_back(job.overrides);
        outcome.json = {{"documents", std::move(documents)}, {"overrides", std::move(overrides)}};
    }
    return outcome;
}

Status validate_one(const ComposeRequest& job, bool with_components) {
    GOETIA_ASSIGN(const Composed composed, compose(job));
    say_notices(composed.notices);
    if (!with_components) return check_experiment(composed);
    GOETIA_ASSIGN(const std::vector<std::string> plugins, plugins_of(composed, job.file));
    GOETIA_ASSIGN(const ComponentCatalogue catalogue, load_catalogue(plugins));
    return check_experiment(composed, catalogue.components);
}

Result<Outcome> validate(const ConfigOptions& options) {
    auto jobs = jobs_of(options);
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

Result<Outcome> explain(const ConfigOptions& options) {
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
            outcome.text += fmt::format("  said at  {}\n", about["said_at"].get<std::string>());
        }
        outcome.text += fmt::format("  {}\n", about["doc"].get<std::string>());
        all.push_back(std::move(about));
    }
    outcome.json = {{"keys", std::move(all)}};
    return outcome;
}

Result<Outcome> sources(const ConfigOptions& options) {
    GOETIA_ASSIGN(const Composed composed, compose_unresolved(options.request));
    Outcome outcome;
    Json list = Json::array();
    const auto walk = [&](const auto& self, const Json& value, const std::string& path) -> void {
        if (value.is_object() && !value.empty()) {
            for (const auto& [key, item] : value.items()) self(self, item, path.empty() ? key : path + "." + key);
            return;
        }
        const Place place = place_of(composed.lines, path);
        const std::string said =
            place.from_override ? "override " + place.file : fmt::format("{}:{}", place.file, place.line);
        // One line each, so that the output can be searched: what is not plain is written as JSON.
        const std::string text =
            value.is_structured() ? fmt::format("{}: {}\n", path, value.dump()) : to_yaml(Json{{path, value}});
        outcome.text += fmt::format("{}    # {}\n", text.substr(0, text.size() - 1), said);
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

void add_common(Command& command, ConfigOptions& options, bool required) {
    Option& file = command.option("--config,-c", options.request.file, "The config file");
    if (required) file.required();
    command
        .option("--config-dir", options.request.config_dirs,
                "Look for groups here too (after the config file's own folder)")
        .repeated();
}

}  // namespace

void add_config_commands(Command& app, Context& context) {
    const auto options = std::make_shared<ConfigOptions>();
    Command& config = app.command("config", "Compose, show, check and explain configurations");
    config.needs_command();

    Command& show_command = config.command("show", "Print the composed and resolved document as YAML");
    add_common(show_command, *options, true);
    show_command.flag("--multirun,-m", options->multirun, "One document per job of the sweep");
    show_command.flag("--unresolved", options->unresolved, "Keep references as they are written");
    show_command.positional("overrides", options->request.overrides, "KEY=VALUE, +KEY=VALUE, ~KEY, GROUP=OPTION ...");
    context.on(show_command, [options] { return show(*options); });

    Command& validate_command = config.command("validate", "Check an experiment file: every fault at once");
    add_common(validate_command, *options, true);
    validate_command.flag("--multirun,-m", options->multirun, "Check every job of the sweep");
    validate_command.flag("--no-components", options->skip_components,
                          "Check the shape only, not the components' parameters");
    validate_command.positional("overrides", options->request.overrides,
                                "KEY=VALUE, +KEY=VALUE, ~KEY, GROUP=OPTION ...");
    context.on(validate_command, [options] { return validate(*options); });

    Command& explain_command =
        config.command("explain", "Type, range, default and meaning of keys of an experiment file");
    add_common(explain_command, *options, false);
    explain_command.positional("keys", options->keys, "Keys, e.g. training.epochs").required();
    context.on(explain_command, [options] { return explain(*options); });

    Command& sources_command = config.command("sources", "Which file, line or override won for each key");
    add_common(sources_command, *options, true);
    sources_command.positional("overrides", options->request.overrides,
                               "KEY=VALUE, +KEY=VALUE, ~KEY, GROUP=OPTION ...");
    context.on(sources_command, [options] { return sources(*options); });
}

}  // namespace goetia::cli
