// goetia config show, and train --cfg.
#include "apps/goetia/config_show.h"

#include <algorithm>
#include <cstdio>

#include "apps/goetia/command.h"
#include "base/json_path.h"
#include "base/nearest.h"
#include "config/config.h"
#include "config/node.h"

namespace goetia::cli {
namespace {

bool sounds_secret(std::string key) {
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
    static constexpr std::string_view kWords[] = {"api_key", "apikey", "token",      "password",
                                                  "passwd",  "secret", "credential", "private_key"};
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [&](std::string_view word) { return key.find(word) != std::string::npos; });
}

// The resolved document for display: a value from the environment whose key looks like a secret is shown as its
// reference.
Json displayable(const Composed& composed, const Json& resolved, const Json* written, const std::string& path) {
    if (resolved.is_object()) {
        Json map = Json::object();
        for (const auto& [key, value] : resolved.items()) {
            const std::string at = path.empty() ? key : path + "." + key;
            const Json* reference =
                written != nullptr && written->is_object() && written->contains(key) ? &(*written)[key] : nullptr;
            const bool hide = !value.is_structured() && sounds_secret(key) && composed.from_environment.contains(at);
            map[key] = hide ? (reference != nullptr && reference->is_string() ? *reference : Json("***"))
                            : displayable(composed, value, reference, at);
        }
        return map;
    }
    if (!resolved.is_array()) return resolved;
    Json list = Json::array();
    for (std::size_t i = 0; i < resolved.size(); ++i) {
        const Json* reference =
            written != nullptr && written->is_array() && i < written->size() ? &(*written)[i] : nullptr;
        list.push_back(displayable(composed, resolved[i], reference, path + "[" + std::to_string(i) + "]"));
    }
    return list;
}

Json part_of(const Composed& composed, const ShowOptions& options) {
    Json document = options.part == "job" ? Json::object() : Json{{"hydra", composed.hydra}};
    if (options.part == "hydra") return document;
    document.update(options.unresolved ? composed.unresolved
                                       : displayable(composed, composed.document, &composed.unresolved, ""));
    return document;
}

Result<Json> package_of(const Json& document, const std::string& package) {
    const Json* at = &document;
    for (const std::string& step : config::split_path(package)) {
        if (const Json* next = find_at(*at, step)) {
            at = next;
            continue;
        }
        std::vector<std::string> keys;
        if (at->is_object()) {
            for (const auto& [key, value] : at->items()) keys.push_back(key);
        }
        const std::string near = nearest_name(step, keys);
        return not_found("the config has no package '{}'{}; {}", package,
                         near.empty() ? "" : fmt::format(", did you mean '{}' for '{}'?", near, step),
                         keys.empty() ? "it is empty" : fmt::format("there are: {}", fmt::join(keys, ", ")));
    }
    return *at;
}

// The requested part of one job. References on the path of a package are followed even if references are otherwise
// kept: OmegaConf selects in this way.
Result<Json> shown_part(const ComposeRequest& job, const Composed& composed, const ShowOptions& options) {
    if (options.package.empty()) return part_of(composed, options);
    auto selected = package_of(part_of(composed, options), options.package);
    if (!options.unresolved || (selected && selected->is_structured())) return selected;
    GOETIA_ASSIGN(const Composed resolved, compose(job));
    return package_of(part_of(resolved, {.part = options.part}), options.package);
}

std::string document_text(const Json& document, const std::string& package) {
    if (package.empty()) return to_yaml(document);
    if (document.is_string()) return document.get<std::string>() + "\n";
    return (document.is_structured() ? "# @package " + package + "\n" : "") + to_yaml(document);
}

}  // namespace

void say_notices(const std::vector<std::string>& notices) {
    for (const std::string& notice : notices) std::fputs(("goetia: note: " + notice + "\n").c_str(), stderr);
}

Result<std::vector<ComposeRequest>> jobs_of(const ComposeRequest& request, bool multirun) {
    if (!multirun) return std::vector<ComposeRequest>{request};
    GOETIA_ASSIGN(const auto lines, expand_multirun(request));
    GOETIA_ASSIGN(const WallTime time, composing_time());
    std::vector<ComposeRequest> jobs;
    for (const auto& overrides : lines) {
        jobs.push_back(request);
        jobs.back().overrides = overrides;
        jobs.back().time = time;
        jobs.back().job_number = static_cast<int>(jobs.size()) - 1;
    }
    return jobs;
}

Result<Outcome> show_config(const ComposeRequest& request, ShowOptions options) {
    GOETIA_ASSIGN(const std::vector<ComposeRequest> jobs, jobs_of(request, options.multirun));
    if (options.package == "_global_") options.package.clear();
    Outcome outcome;
    Json documents = Json::array(), overrides = Json::array();
    for (const ComposeRequest& job : jobs) {
        GOETIA_ASSIGN(const Composed composed, options.unresolved ? compose_unresolved(job) : compose(job));
        say_notices(composed.notices);
        GOETIA_ASSIGN(Json document, shown_part(job, composed, options));
        if (options.multirun) outcome.text += "---\n";
        outcome.text += document_text(document, options.package);
        if (documents.empty())
            outcome.json = {{"document", document}, {"files", composed.files}, {"notices", composed.notices}};
        documents.push_back(std::move(document));
        overrides.push_back(job.overrides);
    }
    if (options.multirun) outcome.json = {{"documents", std::move(documents)}, {"overrides", std::move(overrides)}};
    return outcome;
}

Result<Outcome> show_defaults(const ComposeRequest& request) {
    GOETIA_ASSIGN(const Composed composed, compose_unresolved(request));
    std::size_t config_width = 6, package_width = 7;
    for (const DefaultsEntry& entry : composed.defaults) {
        config_width = std::max(config_width, entry.config.size());
        package_width = std::max(package_width, entry.package.size());
    }
    const auto row = [&](const std::string& config, const std::string& package, const std::string& file) {
        return fmt::format("{:<{}}  {:<{}}  {}\n", config, config_width, package, package_width, file);
    };
    Outcome outcome{.json = {{"defaults", Json::array()}}, .text = row("CONFIG", "PACKAGE", "FILE")};
    for (const DefaultsEntry& entry : composed.defaults) {
        outcome.text += row(entry.config, entry.package, entry.file);
        outcome.json["defaults"].push_back(
            {{"config", entry.config}, {"package", entry.package}, {"file", entry.file}});
    }
    return outcome;
}

}  // namespace goetia::cli
