#include "learn/components.h"

namespace goetia {

Result<std::unique_ptr<Components>> builtin_components() {
    auto components = std::make_unique<Components>();
    GOETIA_TRY(register_builtin_models(*components));
    GOETIA_TRY(register_builtin_losses(components->losses));
    GOETIA_TRY(register_builtin_datasets(components->datasets));
    GOETIA_TRY(register_builtin_samplers(components->samplers));
    GOETIA_TRY(register_builtin_transforms(components->transforms));
    GOETIA_TRY(register_builtin_batch_transforms(components->batch_transforms));
    GOETIA_TRY(register_builtin_optimizers(components->optimizers));
    GOETIA_TRY(register_builtin_schedulers(components->schedulers));
    GOETIA_TRY(register_builtin_metrics(components->metrics));
    return components;
}

Json catalogue(Components& components) {
    Json list = Json::array();
    components.each([&](const auto& registry) {
        for (const auto& [name, entry] : registry.entries()) {
            Json one{{"kind", kind_name(registry.kind())}};
            one.update(entry.schema.to_json());
            one["origin"] = entry.origin;
            list.push_back(std::move(one));
        }
    });
    return {{"components", std::move(list)}};
}

}  // namespace goetia
