#include "delivery/artifact.h"

#include <cmath>

#include "base/hash.h"
#include "base/scratch_folder.h"
#include "capture/capture.h"
#include "delivery/check.h"
#include "delivery/writers.h"
#include "exporters/onnx/onnx_model.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

Json file_json(const fs::path& file, const std::string& name, double& bytes) {
    const auto hash = sha256_file(file);
    std::error_code code;
    const auto size = fs::file_size(file, code);
    bytes += static_cast<double>(size);
    return {{"name", name}, {"bytes", size}, {"sha256", hash ? *hash : ""}};
}

// Of a package, the files in it.
Json files_json(const std::vector<fs::path>& files, double& bytes) {
    Json list = Json::array();
    for (const fs::path& file : files) {
        if (!fs::is_directory(file)) {
            list.push_back(file_json(file, file.filename().native(), bytes));
            continue;
        }
        for (const auto& inner : fs::recursive_directory_iterator(file)) {
            if (inner.is_regular_file())
                list.push_back(file_json(inner.path(), fs::relative(inner.path(), file.parent_path()).native(), bytes));
        }
    }
    return list;
}

// Writes the graph once more with all its values as outputs, beside the artifact's own numbers.
Result<Json> where_it_differs(const DeliveryRequest& request, const DeliverySubject& subject, ForeignRuntime& runtime,
                              double tolerance) {
    GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("export"));
    const fs::path file = scratch.path() / "all.onnx";
    GOETIA_ASSIGN(const auto files, write_onnx(subject.graph, {.opset = request.opset, .all_values = true}, file));
    GOETIA_ASSIGN(const auto session, runtime.open(file, request.threads));
    return first_difference(subject, subject.graph, *session, tolerance);
}

bool loses_little(const MetricValues& before, const Json& after, const std::string& metric) {
    constexpr double kMost = 0.01;
    const auto known = before.find(metric);
    if (known == before.end() || !after.contains(metric) || !after[metric].is_number()) return false;
    const auto was = Json(known->second);
    return was.is_number() && std::fabs(was.get<double>() - after[metric].get<double>()) <= kMost;
}

// One runtime's word on a file.
Result<Json> check_by(const DeliveryRequest& request, const Components& components, const DeliverySubject& subject,
                      const ExportOrder& order, ForeignRuntime& runtime, const fs::path& file) {
    GOETIA_ASSIGN(const auto session, runtime.open(file, request.threads));
    GOETIA_ASSIGN(const OutputComparison comparison, compared(subject, *session));
    const double tolerance = request.tolerance.value_or(tolerance_of(order.precision));
    Json check{{"runtime", runtime.name()},
               {"difference", comparison.json()},
               {"tolerance", tolerance},
               {"agrees", comparison.relative() <= tolerance},
               {"samples", subject.images.size(0)},
               {"batches", {3, 1}}};
    // What 8 bits lose is judged by the task: at most a point of its metric.
    if (order.precision == ExportPrecision::kInt8 && request.measures) {
        GOETIA_ASSIGN(check["metrics"], measured_metrics(request, components, subject, session.get()));
        const std::string metric = "val/" + subject.trained.kit->best_metric;
        check["agrees"] = loses_little(subject.metrics, check["metrics"], metric);
    }
    if (!check["agrees"].get<bool>()) {
        if (order.format == ExportFormat::kOnnx && order.precision == ExportPrecision::kFp32) {
            GOETIA_ASSIGN(const Json first, where_it_differs(request, subject, runtime, tolerance));
            if (!first.is_null()) check["first_difference"] = first;
        }
        return check;
    }
    GOETIA_ASSIGN(check["speed"], measured_speed(subject, *session, request.threads));
    if (request.measures && !check.contains("metrics")) {
        GOETIA_ASSIGN(check["metrics"], measured_metrics(request, components, subject, session.get()));
    }
    return check;
}

std::vector<Result<std::shared_ptr<ForeignRuntime>>> runtimes_for(ExportFormat format) {
    std::vector<Result<std::shared_ptr<ForeignRuntime>>> all;
    if (format == ExportFormat::kOnnx || format == ExportFormat::kTensorRt) all.push_back(find_onnx_runtime());
    if (format == ExportFormat::kOnnx || format == ExportFormat::kOpenVino) all.push_back(find_openvino());
    return all;
}

ArtifactResult try_artifact(const DeliveryRequest& request, const Components& components,
                            const DeliverySubject& subject, const ExportOrder& order, const fs::path& folder,
                            const std::function<void(std::string_view step)>& show, double exact_share) {
    ArtifactResult result;
    result.report = {{"export", order.name()}, {"checks", Json::array()}};
    const auto ended = [&](ArtifactState state, const std::string& reason) {
        result.state = state;
        result.report["state"] = artifact_state_name(state);
        if (!reason.empty()) result.report["reason"] = reason;
        return result;
    };
    show("write");
    auto written = write_order(request, subject, order, folder, exact_share);
    if (!written) return ended(ArtifactState::kFailed, to_string(written.error()));
    result.files = std::move(written->files);
    double bytes = 0;
    result.report["files"] = files_json(result.files, bytes);
    result.report["megabytes"] = bytes / 1e6;
    if (!written->note.empty()) result.report["note"] = written->note;
    show("check");
    bool is_verified = false;
    std::string missing = written->note;
    for (const auto& runtime : runtimes_for(order.format)) {
        if (!runtime) {
            missing += (missing.empty() ? "" : "; ") + runtime.error().message;
            continue;
        }
        auto check = check_by(request, components, subject, order, **runtime, result.files[0]);
        if (!check)
            return ended(ArtifactState::kRejected, fmt::format("{}: {}", (*runtime)->name(), to_string(check.error())));
        result.report["checks"].push_back(*check);
        if (!(*check)["agrees"].get<bool>())
            return ended(ArtifactState::kRejected,
                         fmt::format("{} computes other numbers than the model: {} of the spread, allowed {}",
                                     (*runtime)->name(), (*check)["difference"]["relative"].dump(),
                                     (*check)["tolerance"].dump()));
        is_verified = order.format != ExportFormat::kTensorRt;  // its engine is what counts
    }
    if (is_verified) return ended(ArtifactState::kVerified, "");
    return ended(ArtifactState::kNotVerified, missing.empty() ? "no runtime for it is known here" : missing);
}

}  // namespace

// Where 8 bits lose too much, more and more of the layers that lose most stay in floats.
ArtifactResult make_artifact(const DeliveryRequest& request, const Components& components,
                             const DeliverySubject& subject, const ExportOrder& order, const fs::path& folder,
                             const std::function<void(std::string_view step)>& show) {
    ArtifactResult result = try_artifact(request, components, subject, order, folder, show, 0);
    if (order.precision != ExportPrecision::kInt8) return result;
    for (const double exact_share : {0.1, 0.25}) {
        if (result.state != ArtifactState::kRejected) break;
        result = try_artifact(request, components, subject, order, folder, [](std::string_view) {}, exact_share);
    }
    return result;
}

}  // namespace goetia
