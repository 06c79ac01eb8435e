// What people say of an experiment on this machine: tags, notes, whether it is archived. Kept in labels.json in its
// folder, in the words of the master's API.
#pragma once

#include "apps/goetia/experiment_on_master.h"

namespace goetia {
class ExperimentFolder;
}

namespace goetia::cli {

// {"tags": [...], "notes": "", "archived": false}
Result<Json> read_labels(const ExperimentFolder& folder);

Result<Outcome> change_labels(const ExperimentOptions& options, const ExperimentEdit& edit);

// Side by side, by the same rules as a master's.
Result<Outcome> compare_folders(const ExperimentOptions& options, const std::vector<ExperimentFolder>& folders);

// The commands tag, note, archive, rename, compare, lineage and download.
void add_label_commands(Command& experiment, Context& context);

}  // namespace goetia::cli
