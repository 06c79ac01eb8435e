#include "delivery/delivery.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "delivery/artifact.h"
#include "graph/costs.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// Beside what is there already, and gone with its owner unless its files were moved out.
class UnfinishedFolder {
  public:
    static Result<std::unique_ptr<UnfinishedFolder>> make(const fs::path& output) {
        const fs::path path = output / fmt::format(".unfinished-{}", ::getpid());
        std::error_code code;
        fs::remove_all(path, code);
        GOETIA_TRY(make_folders(path));
        return std::unique_ptr<UnfinishedFolder>(new UnfinishedFolder(path));
    }
    UnfinishedFolder(const UnfinishedFolder&) = delete;
    UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;
    ~UnfinishedFolder() {
        std::error_code code;
        fs::remove_all(path_, code);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    explicit UnfinishedFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

// What is handed out lies in the folder itself, what was rejected beside it, for whoever looks into why.
Status place_files(const ArtifactResult& artifact, const fs::path& output) {
    const bool is_good = artifact.state == ArtifactState::kVerified || artifact.state == ArtifactState::kNotVerified;
    const fs::path to = is_good ? output : output / "rejected";
    if (artifact.files.empty()) return {};
    GOETIA_TRY(make_folders(to));
    for (const fs::path& file : artifact.files) {
        std::error_code code;
        fs::remove_all(to / file.filename(), code);
        fs::rename(file, to / file.filename(), code);
        if (code) return failed("cannot move '{}' to '{}': {}", file.native(), to.native(), code.message());
    }
    return {};
}

Json config_of(const DeliveryRequest& request) {
    Json orders = Json::array();
    for (const ExportOrder& order : request.orders) orders.push_back(order.name());
    return {{"exports", orders},
            {"opset", request.opset},
            {"input", request.input},
            {"samples", request.samples},
            {"calibration", request.calibration},
            {"threads", request.threads},
            {"tolerance", request.tolerance ? Json(*request.tolerance) : Json()}};
}

Status check_orders(const std::vector<ExportOrder>& orders) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
        for (std::size_t k = i + 1; k < orders.size(); ++k) {
            if (orders[i] == orders[k]) return invalid("the export '{}' is asked for twice", orders[i].name());
        }
    }
    return orders.empty() ? Status(invalid("no export is asked for")) : Status();
}

Status write_ledger(const DeliveryRequest& request, const Json& report) {
    GOETIA_TRY(write_file_atomic(request.output / "export_config.json", config_of(request).dump(2) + "\n"));
    GOETIA_TRY(write_file_atomic(request.output / "validation_report.json", report.dump(2) + "\n"));
    return write_file_atomic(request.output / "README.md", report_page(report));
}

}  // namespace

Result<Json> deliver(const DeliveryRequest& request, const Components& components, const ShowProgress& show,
                     const StopToken& stop) {
    GOETIA_TRY(check_orders(request.orders));
    GOETIA_TRY(make_folders(request.output));
    GOETIA_ASSIGN(const auto unfinished, UnfinishedFolder::make(request.output));
    const auto cancelled = [&] {
        return make_error(Code::kCancelled, "the export was stopped; nothing of it was kept");
    };
    const double steps = 1 + 2 * static_cast<double>(request.orders.size());
    double done = 0;
    show({"capture", done / steps});
    GOETIA_ASSIGN(DeliverySubject subject, make_subject(request, components));
    GOETIA_ASSIGN(const std::string hash, sha256_file(request.checkpoint));
    Json report{{"source",
                 {{"experiment", request.experiment},
                  {"checkpoint", request.checkpoint.native()},
                  {"sha256", hash},
                  {"weights", subject.trained.is_averaged ? "averaged" : "trained"},
                  {"epoch", subject.trained.epoch},
                  {"step", subject.trained.step}}},
                {"input", {{"name", request.input}, {"image", subject.image}}},
                {"samples", subject.images.size(0)},
                {"folder", request.output.native()},
                {"artifacts", Json::array()}};
    if (request.measures) {
        GOETIA_ASSIGN(subject.metrics, measured_metrics(request, components, subject, nullptr));
        report["metrics"] = subject.metrics;
    }
    std::vector<ArtifactResult> artifacts;
    for (const ExportOrder& order : request.orders) {
        if (stop.stop_requested()) return cancelled();
        artifacts.push_back(make_artifact(
            request, components, subject, order, unfinished->path(),
            [&](std::string_view step) { show({fmt::format("{}: {}", order.name(), step), ++done / steps}); }));
        report["artifacts"].push_back(artifacts.back().report);
    }
    if (stop.stop_requested()) return cancelled();
    for (const ArtifactResult& artifact : artifacts) GOETIA_TRY(place_files(artifact, request.output));
    if (!request.picture.empty()) {
        const std::string drawn = request.picture == "svg" ? graph_svg(subject.graph) : graph_json(subject.graph);
        GOETIA_TRY(write_file_atomic(request.output / ("graph." + request.picture), drawn));
    }
    GOETIA_TRY(write_ledger(request, report));
    show({"done", 1});
    return report;
}

}  // namespace goetia
