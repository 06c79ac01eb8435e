// The files in which predictions are kept, a form for each kind, as other tools and `goetia score` read them.
//
//   class scores   predictions.csv (sample, class, probability), scores.csv (sample, score_0, ...), truth.csv
//   objects        predictions.json (COCO's results), images.json (the images' ids), truth.json (COCO)
//   maps           masks/<name>.png (a grey level for each class), classes.json
//   values         predictions.csv (sample, a column for each target), truth.csv
//
// Truth is written where it is given: for splits, not for images alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "imaging/task.h"
#include "imaging/truth.h"
#include "metrics/predictions.h"

namespace goetia {

class Dataset;

class ResultFiles {
  public:
    virtual ~ResultFiles() = default;
    // Rows of one batch, in order. `truth` is null where nothing is known of the images.
    virtual Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth) = 0;
    virtual Result<std::vector<std::filesystem::path>> finish() = 0;  // what was written
};

// `folder` exists.
std::unique_ptr<ResultFiles> result_files(Task task, const std::filesystem::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes);

std::unique_ptr<ResultFiles> score_tables(const std::filesystem::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes);
// `names`: of the values, or of the classes that each image may be of.
std::unique_ptr<ResultFiles> value_tables(const std::filesystem::path& folder, const Dataset& data,
                                          const std::vector<std::string>& names);
std::unique_ptr<ResultFiles> object_files(const std::filesystem::path& folder, const Dataset& data,
                                          const std::vector<std::string>& classes);
std::unique_ptr<ResultFiles> map_files(const std::filesystem::path& folder, const Dataset& data,
                                       const std::vector<std::string>& classes);

}  // namespace goetia
