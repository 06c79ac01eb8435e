// The commands on experiments, asked of a master.
#pragma once

#include <functional>

#include "apps/goetia/experiment_options.h"

namespace goetia::cli {

Result<Outcome> list_on_master(const ExperimentOptions& options);
Result<Outcome> show_on_master(const ExperimentOptions& options);
Result<Outcome> compare_on_master(const ExperimentOptions& options);
Result<Outcome> lineage_on_master(const ExperimentOptions& options);
Result<Outcome> export_csv_on_master(const ExperimentOptions& options);
Result<Outcome> download_from_master(const ExperimentOptions& options);
Result<Outcome> delete_on_master(const Context& context, const ExperimentOptions& options);

// `change` makes the body of the change from the experiment as it is; it is made only if nobody changed it meanwhile.
using ExperimentEdit = std::function<Json(const Json& experiment)>;
Result<Outcome> change_on_master(const ExperimentOptions& options, const ExperimentEdit& edit);

}  // namespace goetia::cli
