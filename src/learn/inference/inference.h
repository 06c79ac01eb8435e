// What `goetia evaluate` and `goetia predict` do: a trained model over a split or over images, its metrics, and the
// files and pictures of what it found.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "learn/components.h"
#include "learn/inference/result_pictures.h"
#include "learn/inference/trained_model.h"

namespace goetia {

struct InferenceRequest {
    Json document;  // of the run, resolved and completed
    std::filesystem::path checkpoint;
    WeightsChoice weights = WeightsChoice::kAsEvaluated;
    std::filesystem::path output;               // a folder; empty: metrics alone
    std::optional<Split> split;                 // evaluate: a split of the document's data set
    std::vector<std::filesystem::path> images;  // predict: these instead
    PictureOptions pictures;
};

// {"task", "samples", "metrics": {name: value}, "files": [...], "skipped": [...], "weights", "epoch", "step"}, and of
// images "shown": [{"sample", "text"}] of the first ones.
Result<Json> run_inference(const InferenceRequest& request, const Components& components);

}  // namespace goetia
