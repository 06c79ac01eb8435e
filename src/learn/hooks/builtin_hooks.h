// The hooks that follow from the experiment file's own sections. One file each; builder.cpp decides which a run gets.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "learn/hooks/hook.h"
#include "learn/loop/settings.h"

namespace goetia {

// training.gradient_clip: scales all gradients down to one norm before the step.
std::shared_ptr<Hook> make_gradient_clip(const TrainSettings::Clip& clip);

// training.early_stopping: ends the run when the watched metric has not improved for `patience` epochs.
std::shared_ptr<Hook> make_early_stopping(const TrainSettings::EarlyStopping& settings);

// training.ema: averages the weights over steps; evaluation sees the average, training goes on with its own.
class EmaHook : public Hook {
  public:
    // What a checkpoint's "ema" holds: the average in the model's own names.
    [[nodiscard]] virtual Value averaged_state() const = 0;
    virtual Status load_averaged(const Value& state) = 0;
};
std::shared_ptr<EmaHook> make_ema(std::shared_ptr<Model> model, double decay);

}  // namespace goetia
