// config.json: the complete record of a run in the form of the specification's run record. A pure function of the
// resolved document and of what the runtime found out; what nobody knows is null, never invented.
#pragma once

#include "base/json.h"

namespace goetia {

// `facts` may hold: "version", "timestamp" ("20251225_164104"), "device", "world_size", "gpu_names", "cuda_version",
// "pytorch_version", "output_dir", "dataset" (counts: total_samples, train_samples, val_samples, test_samples and the
// same of subjects; test_size, val_size, split_method, data_leakage_prevention, image_dir, excel_path) and "model"
// (output_dim, task). What it says goes before what the document says.
Json run_record(const Json& resolved_document, const Json& facts);

}  // namespace goetia
