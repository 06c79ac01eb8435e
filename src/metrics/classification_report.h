// Every classification number of one set of predictions: what `goetia score classification` prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "metrics/metric.h"

namespace goetia {

struct ClassificationReport {
    Json metrics;    // name -> number, null where it is not defined
    Json per_class;  // one object per class
    Json confusion_matrix;
    std::string convention;
};

Result<ClassificationReport> classification_report(const ClassScores& found, const std::vector<std::int64_t>& labels,
                                                   const std::vector<std::int64_t>& topk);

}  // namespace goetia
