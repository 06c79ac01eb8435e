// From a run to files that were proved: captures the trained model, writes every format that is asked for, has each
// computed by the runtimes of this machine on images of the run's validation split, and hands out what agrees.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/stop.h"
#include "delivery/order.h"
#include "learn/components.h"
#include "learn/inference/trained_model.h"
#include "passes/calibration.h"

namespace goetia {

struct DeliveryRequest {
    Json document;  // of the run, resolved and completed
    std::string experiment;
    std::filesystem::path checkpoint;
    WeightsChoice weights = WeightsChoice::kAsEvaluated;
    std::filesystem::path output;  // a folder: <experiment>/exports
    std::vector<ExportOrder> orders;
    int opset = 17;
    std::string input = "images";
    std::int64_t samples = 100;       // images that outputs are compared on
    std::int64_t calibration = 1000;  // images that int8 ranges come from
    CalibrationMethod method = CalibrationMethod::kEntropy;
    double workspace = 4;             // GiB that TensorRT may use while it builds
    std::optional<double> tolerance;  // instead of each precision's own
    bool measures = true;             // the task's metrics as well
    int threads = 1;                  // of latency
    std::string picture;              // svg or json: the graph as graph.svg or graph.json; empty: neither
    std::filesystem::path graphs;     // the graph before and after each pass as text; empty: nowhere
};

struct DeliveryProgress {
    std::string stage;  // "capture", "onnx:fp32: check"
    double share = 0;   // of all
};
using ShowProgress = std::function<void(const DeliveryProgress&)>;

// The report, which lies in the output folder as validation_report.json and README.md too. Artifacts that failed or
// were rejected are in it; the others are whole. A stop leaves the folder as it was.
Result<Json> deliver(const DeliveryRequest& request, const Components& components, const ShowProgress& show,
                     const StopToken& stop);

}  // namespace goetia
