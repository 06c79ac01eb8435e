// The CSV files of `goetia score classification` ("sample,label" and "sample,score_0,score_1,...") and of `goetia score
// regression` ("sample,<target>,..." twice, the first one also with "subject"), each with a header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/predictions.h"

namespace goetia {

struct ScoredFile {
    ClassScores found;
    std::vector<std::int64_t> labels;
};

// The rows of both, brought together by their sample. Every fault of both files at once, up to 20: samples that are
// missing or there twice, labels and scores that are no numbers or out of range.
Result<ScoredFile> read_classification(std::string_view truth, const std::string& truth_name,
                                       std::string_view predictions, const std::string& predictions_name);

struct ScoredValues {
    std::vector<std::string> targets;  // names
    TargetValues found;
    std::vector<double> truth;          // as `found`
    std::vector<std::string> subjects;  // of each sample; empty without the column
};

// The same for values: both files have the same columns, but for a column 'subject' that the truth alone may have.
Result<ScoredValues> read_regression(std::string_view truth, const std::string& truth_name,
                                     std::string_view predictions, const std::string& predictions_name);

}  // namespace goetia
