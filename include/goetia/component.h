// The one header of a plug-in: every interface a component can have, and the door through which Goetia finds yours.
//
//   #include <goetia/component.h>
//
//   class Swish final : public goetia::Loss { ... static goetia::Schema schema(); ... };
//
//   GOETIA_COMPONENTS(registry) {
//       GOETIA_TRY(registry.losses.add<Swish>());
//       return {};
//   }
//
// The file is named in an experiment's `components:` list; nothing else is needed. `goetia component new KIND Name`
// writes a start, `goetia component check FILE` compiles it and shows what it offers.
//
// Tensors have their methods and operators; a function comes from its own header, <ATen/ops/softmax.h>. What needs more
// of LibTorch (torch::nn, torch::optim, ...) includes <goetia/torch.h> first, and compiles for half a minute instead of
// a few seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"
#include "datasets/dataset.h"
#include "feeding/loading/loader.h"
#include "feeding/sampler.h"
#include "feeding/transform.h"
#include "imaging/sample.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/box_loss.h"
#include "learn/boxes/box_math.h"
#include "learn/boxes/box_sampler.h"
#include "learn/boxes/places.h"
#include "learn/boxes/selection.h"
#include "learn/components.h"
#include "learn/hooks/hook.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/linear.h"
#include "learn/layers/norm.h"
#include "learn/model.h"
#include "learn/optim/optimizer.h"
#include "learn/optim/state_layout.h"
#include "learn/plugin_registry.h"
#include "learn/schedulers/scheduler.h"
#include "learn/tasks/classification.h"
#include "learn/tasks/objects.h"
#include "learn/tensor.h"
#include "learn/tensors.h"
#include "metrics/metric.h"

#include <goetia/build.h>

#define GOETIA_EXPORTED extern "C" __attribute__((visibility("default"), used))

// Once in a plug-in; the block that follows enters its components into `registry` and returns a Status.
#define GOETIA_COMPONENTS(registry)                                                                     \
    GOETIA_EXPORTED const char goetia_plugin_abi[];                                                     \
    const char goetia_plugin_abi[] = "goetia-plugin-abi:" GOETIA_PLUGIN_ABI;                            \
    static goetia::Status goetia_enter_components(goetia::PluginRegistry& registry);                    \
    GOETIA_EXPORTED void goetia_plugin_register(goetia::PluginRegistry* into, goetia::Status* status) { \
        *status = goetia_enter_components(*into);                                                       \
    }                                                                                                   \
    static goetia::Status goetia_enter_components([[maybe_unused]] goetia::PluginRegistry& registry)
