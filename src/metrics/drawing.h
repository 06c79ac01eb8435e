// What of an evaluation is no single number, as plain data for plots, reports and the page.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace goetia {

// Rows are the truth, columns what was predicted.
struct MatrixDrawing {
    std::vector<std::vector<double>> counts;
    std::string normalized_by = "none";           // "true", "prediction", "all"
    std::vector<std::vector<double>> normalized;  // empty for "none"
    friend bool operator==(const MatrixDrawing&, const MatrixDrawing&) = default;
};

struct CurvesDrawing {
    struct Curve {
        std::vector<double> x, y;  // empty where it is not defined
        double score = 0;          // the area under it; NaN where it is not defined
        friend bool operator==(const Curve&, const Curve&) = default;
    };
    std::vector<Curve> classes;  // by class number
    friend bool operator==(const CurvesDrawing&, const CurvesDrawing&) = default;
};

struct Drawing {
    std::string name;  // "confusion_matrix", "pr_curve", "roc_curve": as in `visualization`
    std::variant<MatrixDrawing, CurvesDrawing> content;
    friend bool operator==(const Drawing&, const Drawing&) = default;
};

}  // namespace goetia
