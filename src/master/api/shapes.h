// What the routes answer of each resource, as deep as it goes: for the description of the API and the types of
// programs.
#pragma once

#include "net/shape.h"

namespace goetia {

Shape task_shape();
Shape task_event_shape();
Shape dry_run_shape();
Shape why_shape();
Shape sweep_shape();

Shape node_shape();
Shape node_token_shape();

Shape experiment_shape();
Shape comparison_shape();
Shape lineage_shape();
Shape curves_shape();
Shape metric_values_shape();  // {NAME: value}; null: not finite

Shape component_shape();
Shape template_shape();
Shape template_form_shape();
Shape preset_shape();

Shape data_set_shape();
Shape data_set_job_shape();
Shape looked_set_shape();
Shape sample_shape();
Shape augmented_shape();

}  // namespace goetia
