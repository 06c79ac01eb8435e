// A feature of training that is not the loop itself: checkpoints, averages, early stopping, logs. A hook sees the run
// through a narrow TrainContext, at named stages, in the order of its priority.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "component/registry.h"
#include "learn/dist/communicator.h"
#include "learn/model.h"
#include "weights/value.h"

namespace goetia {

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
    [[nodiscard]] virtual const Losses& losses() const = 0;  // of the last batch
    [[nodiscard]] virtual const MetricValues& epoch_metrics()
        const = 0;  // in after_epoch: this epoch's train/ and val/ values

    virtual void log(std::string_view metric, double value) = 0;  // at the present step and epoch
    virtual void say(const std::string& line) = 0;                // to the run's log
    // The run ends in good order behind the present stage; the first reason is kept.
    virtual void request_stop(const std::string& reason) = 0;
};

class Hook {
  public:
    virtual ~Hook() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual HookPriority priority() const { return HookPriority::kNormal; }

    virtual Status before_run(TrainContext&) { return {}; }
    virtual Status before_epoch(TrainContext&) { return {}; }
    virtual Status after_backward(TrainContext&) { return {}; }  // gradients are whole, the optimizer has not stepped
    virtual Status after_step(TrainContext&) { return {}; }
    virtual Status before_evaluation(TrainContext&) { return {}; }
    virtual Status after_evaluation(TrainContext&) { return {}; }
    virtual Status after_epoch(TrainContext&) { return {}; }
    virtual Status after_run(TrainContext&) { return {}; }

    // What a resumed run needs to go on as if unbroken; kept in every checkpoint under the hook's name.
    [[nodiscard]] virtual Value state() const { return {}; }
    virtual Status load(const Value& /*state*/) { return {}; }
};

using HookRegistry = Registry<Hook>;  // the user's own, named in `hooks:`; the built-in ones follow from their sections

}  // namespace goetia
