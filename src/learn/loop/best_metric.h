// What a run calls best, where the document leaves it to the task or to the metric.
#pragma once

#include <vector>

#include "learn/loop/settings.h"
#include "learn/tasks/task_kit.h"
#include "metrics/better.h"

namespace goetia {

// The metric that `asked` names with "auto" filled in. "auto" is what is usual for the task if the run measures it,
// else the first of its own metrics, else the loss. `measured`: what an evaluation gives; empty: the run has none.
MeasuredMetric best_metric(const TrainSettings::Checkpoints& asked, const TaskKit& kit,
                           const std::vector<MeasuredMetric>& measured);

}  // namespace goetia
