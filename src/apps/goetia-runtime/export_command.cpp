// goetia-runtime export --work JSON, the document on standard input as for a rank. The work: {"checkpoint", "weights",
// "output", "exports": ["onnx:fp16", ...], "opset", "input", "samples", "calibration", "method", "workspace",
// "tolerance", "measures", "threads", "picture", "graphs", "folder", "experiment"}. Prints the report; while it works,
// a line
// {"stage", "share"} on standard error for each stage. SIGINT and SIGTERM stop it: what it wrote is taken away.
#include <csignal>
#include <cstdio>

#include "apps/goetia-runtime/command.h"
#include "delivery/delivery.h"
#include "launch/rank_input.h"
#include "learn/plugins.h"

namespace goetia::runtime {
namespace {

StopToken& export_stop() {
    static StopToken token;
    return token;
}

Result<DeliveryRequest> delivery_of(const Json& work, Json document) {
    DeliveryRequest request;
    request.document = std::move(document);
    request.experiment = work.value("experiment", "");
    request.checkpoint = work.at("checkpoint").get<std::string>();
    const std::string weights = work.value("weights", "as_evaluated");
    if (weights == "trained") request.weights = WeightsChoice::kTrained;
    if (weights == "averaged") request.weights = WeightsChoice::kAveraged;
    request.output = work.contains("output") ? std::filesystem::path(work["output"].get<std::string>())
                                             : std::filesystem::path(work.at("folder").get<std::string>()) / "exports";
    for (const Json& name : work.at("exports")) {
        GOETIA_ASSIGN(const ExportOrder order, order_named(name.get<std::string>()));
        request.orders.push_back(order);
    }
    request.opset = work.value("opset", request.opset);
    request.input = work.value("input", request.input);
    request.samples = work.value("samples", request.samples);
    request.calibration = work.value("calibration", request.calibration);
    const std::string method = work.value("method", "mse");
    if (const auto known = calibration_named(method)) request.method = *known;
    else return invalid("there is no calibration '{}'; allowed: minmax, percentile, entropy, mse", method);
    request.workspace = work.value("workspace", request.workspace);
    if (work.contains("tolerance")) request.tolerance = work["tolerance"].get<double>();
    request.measures = work.value("measures", true);
    request.threads = work.value("threads", 1);
    request.picture = work.value("picture", "");
    request.graphs = work.value("graphs", "");
    return request;
}

}  // namespace

Status export_command(const Words& words) {
    const auto text = option(words, "--work");
    if (!text) return invalid("goetia-runtime export needs --work, a JSON object");
    const Json work = Json::parse(*text, nullptr, false);
    if (!work.is_object()) return invalid("'--work {}' is no JSON object", *text);
    export_stop();  // made before a signal can ask for it
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { export_stop().request_stop(); });
    GOETIA_ASSIGN(RankInput input, read_rank_input());
    GOETIA_ASSIGN(const auto components, builtin_components());
    if (work.contains("folder")) {
        GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(work["folder"].get<std::string>()));
        GOETIA_TRY(load_plugins(*components, input.document, folder));
    }
    GOETIA_ASSIGN(const DeliveryRequest request, delivery_of(work, std::move(input.document)));
    const auto show = [](const DeliveryProgress& progress) {
        fmt::print(stderr, "{}\n", Json{{"stage", progress.stage}, {"share", progress.share}}.dump());
        std::fflush(stderr);
    };
    GOETIA_ASSIGN(const Json report, deliver(request, *components, show, export_stop()));
    fmt::print("{}\n", report.dump());
    return {};
}

}  // namespace goetia::runtime
