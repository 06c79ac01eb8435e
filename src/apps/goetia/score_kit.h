// goetia score: the evaluator alone, on files; a file for each task.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia::cli {

struct Outcome;  // apps/goetia/command.h, which the files of this header include

struct ScoreOptions {
    std::string truth, predictions, plots;
    std::vector<std::int64_t> topk{1, 5};
    std::string iou_type = "bbox", convention = "coco";
    std::int64_t classes = 0;  // of a segmentation; 0: up to the highest there is
};

Result<Outcome> score_classification(const ScoreOptions& options);
Result<Outcome> score_detection(const ScoreOptions& options);
Result<Outcome> score_segmentation(const ScoreOptions& options);
Result<Outcome> score_regression(const ScoreOptions& options);

}  // namespace goetia::cli
