// The folder of a new experiment, and what of a document is kept in it: references stay references, so that nothing
// that came from the environment lies on the disk.
#pragma once

#include <filesystem>

#include "experiment/folder.h"
#include "run/checked_config.h"

namespace goetia {

// Makes the folder with config.yaml, overrides.yaml and reproduce.sh, whole or not at all. Relative data paths of the
// document count from `working_folder`.
Result<ExperimentFolder> make_experiment(const CheckedConfig& config, const std::filesystem::path& experiments,
                                         const std::filesystem::path& working_folder);

// For a run that goes on with a changed document: config.yaml says what the experiment is from now on, overrides.yaml
// keeps every change there ever was.
Status keep_change(const ExperimentFolder& folder, const CheckedConfig& config);

// Where the experiment was first started, which its relative data paths count from; empty where that is not known or
// gone.
std::filesystem::path working_folder_of(const ExperimentFolder& folder);

}  // namespace goetia
