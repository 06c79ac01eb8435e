// What `goetia-runtime forward` says of a model beyond its outputs: its predictions, and the losses and gradients of
// one step, as JSON and files that another library's tests can compare with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/model.h"

namespace goetia::runtime {

// One frame for each image. `sizes` is JSON, [[height, width], ...]: the part of each image that is not padding;
// without it the whole image.
Result<std::vector<Frame>> frames_of(const torch::Tensor& images, const std::optional<std::string>& sizes);

// {"rows": [...]}: of each image its scores, values, or objects: {"box": [x1, y1, x2, y2], "label", "score", "mask"}, a
// mask as COCO's {"size", "counts"}; of a map of classes {"height", "width", "classes": [...]}, row by row.
Status write_predictions(const Predictions& found, const std::string& file);

// {"labels": [...], "objects": [[{"box", "label", "polygons"}, ...], ...], "values": [[...], ...], "masks": [[[...],
// ...], ...]}: one entry for each image, and only what the task needs.
Result<Targets> read_targets(const std::string& file, Task task, const std::vector<Frame>& frames);

// {"total": 1.5, "parts": {"loss_cls": 1.0, ...}}
Status write_losses(const Losses& losses, const std::string& file);

}  // namespace goetia::runtime
