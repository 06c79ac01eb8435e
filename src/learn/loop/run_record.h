// What a run is and where it runs, written once when an attempt begins: environment.json and the record config.json.
#pragma once

#include "experiment/folder.h"
#include "learn/loop/builder.h"

namespace goetia {

// `from_environment`: paths of the document whose texts came from the environment; they are written as config.yaml says
// them. `certificate`: of the data, by split.
Status write_run_record(const ExperimentFolder& folder, const Json& document,
                        const std::set<std::string>& from_environment, const RunData& data, const Json& certificate,
                        const RunParts& parts);

// Versions of LibTorch, CUDA and cuDNN, the GPUs and the threads: what environment.json says of the runtime.
Json runtime_environment(const RunParts& parts);

}  // namespace goetia
