// Holds one artifact against the model.
#pragma once

#include "delivery/comparison.h"
#include "delivery/subject.h"

namespace goetia {

// At batches of three and of one; an Error where a runtime gives outputs of another shape.
Result<OutputComparison> compared(const DeliverySubject& subject, ForeignSession& session);

// {"p50_ms", "p95_ms", "images_per_second", "threads"} of single images.
Result<Json> measured_speed(const DeliverySubject& subject, ForeignSession& session, int threads);

// The first value in the order of the graph that differs by more than `tolerance` of its spread, of `session`, whose
// outputs are all values of the graph by name: {"value", "layer", "operation", "relative"}; null: none does.
Result<Json> first_difference(const DeliverySubject& subject, const ModelGraph& graph, ForeignSession& session,
                              double tolerance);

}  // namespace goetia
