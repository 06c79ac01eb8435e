// config.json: the complete record of a run, in the form of the specification's run record. A pure function of the
// resolved document and of what the runtime determined; what is unknown is null.
#pragma once

#include "base/json_fwd.h"

namespace goetia {

// `info` may contain: "version", "timestamp" ("20251225_164104"), "device", "world_size", "gpu_names", "cuda_version",
// "pytorch_version", "output_dir", "dataset" (counts: total_samples, train_samples, val_samples, test_samples and the
// same of subjects; test_size, val_size, split_method, data_leakage_prevention, image_dir, excel_path) and "model"
// (output_dim, task). It takes precedence over the document.
Json run_record(const Json& resolved_document, const Json& info);

}  // namespace goetia
