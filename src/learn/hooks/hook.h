// A feature of training that is not the loop itself: checkpoints, averages, early stopping, records. A hook sees the
// run through a narrow TrainContext, at named stages, in the order of its priority.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "component/registry.h"
#include "learn/dist/communicator.h"
#include "learn/model.h"
#include "metrics/better.h"
#include "metrics/drawing.h"
#include "weights/value.h"

namespace goetia {

class RunLog;

// Earlier ones run first within a stage.
enum class HookPriority { kFirst = 0, kHigh = 25, kNormal = 50, kLow = 75, kLast = 100 };

// Where the run stands; counted from 0, `step` counts optimizer steps since the run's beginning.
struct Progress {
    std::int64_t epoch = 0;
    std::int64_t epochs = 0;
    std::int64_t step = 0;
    std::int64_t steps_per_epoch = 0;
};

using MetricValues = std::map<std::string, double>;  // "val/accuracy_top1" -> 0.91

class TrainContext {
  public:
    virtual ~TrainContext() = default;

    [[nodiscard]] virtual const Progress& progress() const = 0;
    [[nodiscard]] virtual const Communicator& ranks() const = 0;
    [[nodiscard]] virtual Model& model() = 0;  // hooks may read it; only EMA swaps weights for evaluation
    [[nodiscard]] virtual double learning_rate() const = 0;
    [[nodiscard]] virtual const Outputs& outputs() const = 0;  // of the last batch, detached
    [[nodiscard]] virtual const Losses& losses() const = 0;    // of the last batch
    [[nodiscard]] virtual const MetricValues& epoch_metrics()
        const = 0;  // in after_epoch: this epoch's train/ and val/ values
    [[nodiscard]] virtual double seconds_waited() const { return 0; }  // for data, in this epoch
    [[nodiscard]] virtual std::vector<Drawing> drawings() const = 0;   // of the newest evaluation
    // All that a resumed run needs, for write_pth(); its tensors are views. Every rank must call it. An Error when the
    // run went wrong before, so that no checkpoint holds it.
    virtual Result<Value> checkpoint() = 0;

    virtual RunLog& record() = 0;  // journal and train.log; silent on ranks but the first
    virtual void log(std::string_view metric, double value) = 0;  // at the present step and epoch
    virtual void say(const std::string& line) = 0;                // to the run's log
    // The run ends in good order after the present stage; the first reason is kept.
    virtual void request_stop(const std::string& reason) = 0;
};

// A value of epoch_metrics() that is watched, and the key that names it.
struct Watched {
    std::string key, metric;
};

class Hook {
  public:
    virtual ~Hook() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual HookPriority priority() const { return HookPriority::kNormal; }
    // What it cannot do without; a run that does not measure it is refused before its first step.
    [[nodiscard]] virtual std::optional<Watched> watched() const { return std::nullopt; }

    // What the run calls best, for hooks that watch the same where nothing else is named; once, before attach().
    virtual void set_best_metric(const MeasuredMetric&) {}

    // Some parameters get no gradient in some epochs.
    [[nodiscard]] virtual bool leaves_parameters_out() const { return false; }

    virtual void attach(Model&) {}  // once, before anything else: the model has its first weights
    virtual Status before_run(TrainContext&) { return {}; }
    virtual Status before_epoch(TrainContext&) { return {}; }
    virtual Status after_backward(TrainContext&) {
        return {};
    }  // gradients are complete, the optimizer has not stepped
    virtual Status after_step(TrainContext&) { return {}; }
    virtual Status before_evaluation(TrainContext&) { return {}; }
    virtual Status after_evaluation(TrainContext&) { return {}; }
    virtual Status after_epoch(TrainContext&) { return {}; }
    virtual Status after_run(TrainContext&) { return {}; }
    virtual Status on_save_request(TrainContext&) { return {}; }  // between steps: somebody asked for a checkpoint

    // What a resumed run needs to go on as if unbroken; kept in every checkpoint under the hook's name.
    [[nodiscard]] virtual Value state() const { return {}; }
    virtual Status load(const Value& /*state*/) { return {}; }
    // Its state is the average of the weights: it stands as "ema" beside "model" in a checkpoint, for other programs to
    // read. A run has one such hook at most; its load() is called even where a checkpoint lacks it, with None.
    [[nodiscard]] virtual bool keeps_weights() const { return false; }
};

// Of `hooks:`; some are made from sections of their own too (training.ema).
using HookRegistry = Registry<Hook>;

Status register_builtin_hooks(HookRegistry& registry);

}  // namespace goetia
