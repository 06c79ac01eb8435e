#include "run/checked_config.h"

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

}  // namespace

Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable) {
    CheckedConfig config;
    GOETIA_ASSIGN(config.composed, compose(request));
    GOETIA_ASSIGN(config.plugins, plugins_of(config.composed, request.file));
    GOETIA_ASSIGN(ComponentCatalogue catalogue, load_catalogue(config.plugins));
    if (skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, true));
    GOETIA_TRY(check_experiment(config.composed, catalogue.components));
    if (!skip_unavailable) GOETIA_TRY(settle_unavailable(config, catalogue.features, false));
    GOETIA_TRY(world_size(config.composed.document));
    config.catalogue = std::move(catalogue.components);
    return config;
}

}  // namespace goetia
