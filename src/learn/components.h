// Every component a run can name, by kind: the built-in ones and those of the user's plug-ins.
#pragma once

#include "base/result.h"
#include "datasets/dataset.h"
#include "feeding/sampler.h"
#include "feeding/transform.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/box_sampler.h"
#include "learn/boxes/places.h"
#include "learn/hooks/hook.h"
#include "learn/model.h"
#include "learn/optim/optimizer.h"
#include "learn/schedulers/scheduler.h"
#include "metrics/metric.h"

namespace goetia {

struct Components {
    ModelRegistry models{Kind::kModel};
    BackboneRegistry backbones{Kind::kBackbone};
    NeckRegistry necks{Kind::kNeck};
    HeadRegistry heads{Kind::kHead};
    LossRegistry losses{Kind::kLoss};
    AnchorsRegistry anchors{Kind::kAnchors};
    AssignerRegistry assigners{Kind::kAssigner};
    BoxCoderRegistry box_coders{Kind::kBoxCoder};
    BoxSamplerRegistry box_samplers{Kind::kBoxSampler};
    DatasetRegistry datasets{Kind::kDataset};
    SamplerRegistry samplers{Kind::kSampler};
    TransformRegistry transforms{Kind::kTransform};
    BatchTransformRegistry batch_transforms{Kind::kBatchTransform};
    OptimizerRegistry optimizers{Kind::kOptimizer};
    SchedulerRegistry schedulers{Kind::kScheduler};
    MetricRegistry metrics{Kind::kMetric};
    HookRegistry hooks{Kind::kHook};

    // Calls `visit(registry)` for each kind, in the order above.
    template <class Visit>
    void each(Visit&& visit) {
        visit(models), visit(backbones), visit(necks), visit(heads), visit(losses), visit(anchors);
        visit(assigners), visit(box_coders), visit(box_samplers), visit(datasets), visit(samplers);
        visit(transforms), visit(batch_transforms), visit(optimizers), visit(schedulers), visit(metrics), visit(hooks);
    }
};

Status register_builtin_models(Components& components);  // models, backbones, necks, heads
Status register_builtin_losses(LossRegistry& registry);
Status register_builtin_boxes(Components& components);  // anchors, assigners, box coders and samplers

// All of them; an Error only if two built-in ones share a name.
Result<std::unique_ptr<Components>> builtin_components();

// The catalogue: {"components": [{"kind", "name", "sentence", "params": [...], "origin"}]}.
Json catalogue(Components& components);

}  // namespace goetia
