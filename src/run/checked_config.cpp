#include "run/checked_config.h"

#include "base/json_path.h"
#include "base/json_text.h"
#include "config/experiment_schema.h"
#include "run/component_catalogue.h"
#include "run/world_size.h"

namespace goetia {
namespace {

// Skips, or refuses by name, what this build does not support.
Status settle_unavailable(CheckedConfig& config, const std::set<std::string>& available, bool skip) {
    std::vector<Fault> faults = unavailable_sections(config.composed.document, available);
    if (faults.empty()) return {};
    add_places(faults, config.composed.lines);
    if (!skip) {
        Error error = make_error(
            Code::kUnsupported,
            "this build does not support everything that the configuration enables; disable it there, or skip "
            "it with --skip-unavailable");
        error.faults = std::move(faults);
        return error;
    }
    for (const Fault& fault : faults)
        config.skipped.push_back(fmt::format("skipped '{}': {}", fault.path, fault.message));
    config.composed.document = without_unavailable(config.composed.document, available);
    config.composed.unresolved = without_unavailable(config.composed.unresolved, available);
    return {};
}

// What follows once the components are known.
Status check(CheckedConfig& config, const ComponentCatalogue& catalogue, bool skip_unavailable) {
    if (skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, true));
    GOETIA_TRY(check_experiment(config.composed, catalogue.components));
    if (!skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, false));
    GOETIA_TRY(world_size(config.composed.document));
    config.catalogue = catalogue.components;
    return {};
}

}  // namespace

Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable) {
    CheckedConfig config;
    GOETIA_ASSIGN(config.composed, compose(request));
    GOETIA_ASSIGN(config.plugins, plugins_of(config.composed, request.file));
    GOETIA_ASSIGN(const ComponentCatalogue catalogue, load_catalogue(config.plugins));
    GOETIA_TRY(check(config, catalogue, skip_unavailable));
    return config;
}

Result<CheckedConfig> checked_foreign_config(const ComposeRequest& request, const ComponentCatalogue& catalogue) {
    ComposeRequest foreign = request;
    foreign.is_foreign = true;
    CheckedConfig config;
    GOETIA_ASSIGN(config.composed, compose(foreign));
    if (const Json& plugins = section_at(config.composed.document, "components");
        !plugins.is_null() && !plugins.empty()) {
        Error error = invalid("plug-ins are not compiled at the master");
        error.faults.push_back({.path = "components",
                                .message = "names plug-ins, whose code would run here",
                                .found = json_text(plugins),
                                .allowed = "none; 'goetia task submit' packs a task with plug-ins"});
        return error;
    }
    GOETIA_TRY(check(config, catalogue, false));
    return config;
}

}  // namespace goetia
