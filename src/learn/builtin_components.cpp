// The optimizers and schedules of this room, one line each; models, losses and hooks have lists of their own.
#include "component/builtin_list.h"
#include "learn/components.h"
#include "learn/optim/adam.h"
#include "learn/optim/sgd.h"
#include "learn/schedulers/iteration_policies.h"
#include "learn/schedulers/one_cycle.h"
#include "learn/schedulers/reduce_on_plateau.h"
#include "learn/schedulers/schedules.h"

namespace goetia {

Status register_builtin_optimizers(OptimizerRegistry& registry) {
    GOETIA_TRY(registry.add<Sgd>());
    GOETIA_TRY(registry.add<Adam>());
    GOETIA_TRY(registry.add<AdamW>());
    GOETIA_ADD(rmsprop);
    GOETIA_ADD(lion);
    GOETIA_ADD(lamb);
    GOETIA_ADD(adafactor);
    GOETIA_ADD(muon);
    return {};
}

Status register_builtin_schedulers(SchedulerRegistry& registry) {
    GOETIA_TRY(registry.add<CosineAnnealingLR>());
    GOETIA_TRY(registry.add<StepLR>());
    GOETIA_TRY(registry.add<MultiStepLR>());
    GOETIA_TRY(registry.add<ExponentialLR>());
    GOETIA_TRY(registry.add<PolynomialLR>());
    GOETIA_TRY(registry.add<ConstantLR>());
    GOETIA_TRY(registry.add<LinearLR>());
    GOETIA_TRY(registry.add<CosineAnnealingWarmRestarts>());
    GOETIA_TRY(registry.add<OneCycleLR>());
    GOETIA_TRY(registry.add<FixedPolicy>());
    GOETIA_TRY(registry.add<ExpPolicy>());
    GOETIA_TRY(registry.add<InvPolicy>());
    GOETIA_TRY(registry.add<PolyPolicy>());
    GOETIA_TRY(registry.add<ReduceLROnPlateau>());
    return {};
}

Result<std::unique_ptr<Components>> builtin_components() {
    auto components = std::make_unique<Components>();
    GOETIA_TRY(register_builtin_models(*components));
    GOETIA_TRY(register_builtin_losses(components->losses));
    GOETIA_TRY(register_builtin_boxes(*components));
    GOETIA_TRY(register_builtin_datasets(components->datasets));
    GOETIA_TRY(register_builtin_samplers(components->samplers));
    GOETIA_TRY(register_builtin_transforms(components->transforms));
    GOETIA_TRY(register_builtin_batch_transforms(components->batch_transforms));
    GOETIA_TRY(register_builtin_optimizers(components->optimizers));
    GOETIA_TRY(register_builtin_schedulers(components->schedulers));
    GOETIA_TRY(register_builtin_metrics(components->metrics));
    GOETIA_TRY(register_builtin_hooks(components->hooks));
    return components;
}

Json catalogue(Components& components) {
    Json list = Json::array();
    components.each([&](const auto& registry) {
        for (const ComponentInfo* component : registry.components()) {
            Json one{{"kind", kind_name(registry.kind())}};
            one.update(component->schema.to_json());
            one["origin"] = component->origin;
            list.push_back(std::move(one));
        }
    });
    return {{"components", std::move(list)}};
}

}  // namespace goetia
