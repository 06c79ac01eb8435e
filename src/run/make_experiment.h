// Creates the folder of a new experiment. References in the stored document are kept as references, so that no value
// from the environment is written to a disk.
#pragma once

#include <filesystem>

#include "experiment/folder.h"
#include "run/checked_config.h"

namespace goetia {

// Creates the folder with config.yaml, overrides.yaml, reproduce.sh and, of a run that starts from local weights,
// parent.yaml; or nothing. Relative data paths of the document
// are relative to `working_folder`.
Result<ExperimentFolder> make_experiment(const CheckedConfig& config, const std::filesystem::path& experiments,
                                         const std::filesystem::path& working_folder);

// The reproduce.sh of an experiment that was made elsewhere, such as on a node, for this machine.
Status add_reproduce_script(const ExperimentFolder& folder, const CheckedConfig& config,
                            const std::filesystem::path& working_folder);

// For a run that is resumed with a changed document: config.yaml is replaced, overrides.yaml accumulates every change.
Status record_change(const ExperimentFolder& folder, const CheckedConfig& config);

// Where the experiment was first started, which its relative data paths refer to; empty when that is unknown or no
// longer exists.
std::filesystem::path working_folder_of(const ExperimentFolder& folder);

}  // namespace goetia
