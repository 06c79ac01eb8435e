// goetia export: a trained model as files of other runtimes, each held against the model before it is handed out.
#include <unistd.h>

#include <cstdio>

#include "apps/goetia/inference_call.h"

namespace goetia::cli {
namespace {

struct ExportOptions : InferenceOptions {
    std::vector<std::string> exports;
    std::int64_t opset = 17, samples = 100, calibration = 1000, threads = 1;
    std::string input = "images", picture, graphs, target;
    std::string method = "mse";
    double tolerance = -1, workspace = 4;
    bool without_metrics = false;
};

// What suits a kind of device: formats, and the threads that its latency is measured with.
struct EdgeTarget {
    const char* name;
    std::vector<std::string> exports;
    std::int64_t threads;
};

const EdgeTarget* edge_target(const std::string& name) {
    static const std::vector<EdgeTarget> targets{{"jetson-nano", {"tensorrt:fp16", "tensorrt:int8"}, 4},
                                                 {"raspberry-pi", {"onnx:int8", "ncnn:fp16"}, 4},
                                                 {"edge-cpu", {"onnx:int8", "openvino:fp16"}, 2},
                                                 {"phone", {"coreml:fp16", "ncnn:fp16", "onnx:int8"}, 2}};
    for (const EdgeTarget& one : targets) {
        if (name == one.name) return &one;
    }
    return nullptr;
}

Json work_of(const ExportOptions& options) {
    Json work{{"exports", options.exports},
              {"opset", options.opset},
              {"input", options.input},
              {"samples", options.samples},
              {"calibration", options.calibration},
              {"threads", options.threads},
              {"method", options.method},
              {"workspace", options.workspace},
              {"picture", options.picture},
              {"measures", !options.without_metrics}};
    if (options.exports.empty()) work["exports"] = {"onnx"};
    if (const EdgeTarget* target = edge_target(options.target); target != nullptr) {
        if (options.exports.empty()) work["exports"] = target->exports;
        work["threads"] = target->threads;
    }
    if (options.tolerance >= 0) work["tolerance"] = options.tolerance;
    if (!options.graphs.empty()) work["graphs"] = std::filesystem::absolute(options.graphs).lexically_normal().native();
    return work;
}

// One line on a terminal that is written over, a line for each stage elsewhere.
void show_stage(const std::string& line) {
    const Json stage = Json::parse(line, nullptr, false);
    if (!stage.is_object() || !stage.contains("stage") || !stage.contains("share")) return;
    const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
    const std::string text =
        fmt::format("{:3.0f} %  {}", 100 * stage["share"].get<double>(), stage["stage"].get<std::string>());
    fmt::print(stderr, "{}{:<60}{}", is_terminal ? "\r" : "", text, is_terminal && stage["share"] != 1 ? "" : "\n");
    std::fflush(stderr);
}

// A runtime that is missing, or that does not take the file, says why in the place of figures.
std::string check_text(const Json& check, const Json& metrics) {
    std::string text = "  " + check["runtime"].get<std::string>() + ": ";
    if (!check.contains("difference")) return text + check.value("reason", "not compared");
    text += "difference " + check["difference"].value("relative", Json()).dump();
    if (check.contains("speed")) text += fmt::format(", {:.2f} ms", check["speed"]["p50_ms"].get<double>());
    const Json found = check.value("metrics", Json::object());  // items() refers to it
    for (const auto& [name, value] : found.items()) {
        if (metrics.contains(name) && metrics[name].is_number() && value.is_number())
            text += fmt::format(", {} {:.4f} ({:.4f})", name, value.get<double>(), metrics[name].get<double>());
    }
    return text;
}

std::string table_text(const Json& report) {
    const Json metrics = report.value("metrics", Json::object());
    std::string text;
    for (const Json& artifact : report["artifacts"]) {
        text +=
            fmt::format("{:<20}{:<20}", artifact["export"].get<std::string>(), artifact["state"].get<std::string>());
        if (artifact.contains("megabytes")) text += fmt::format("{:>8.2f} MB", artifact["megabytes"].get<double>());
        for (const Json& check : artifact.value("checks", Json::array())) text += check_text(check, metrics);
        text += "\n";
        if (artifact.contains("reason")) text += fmt::format("  {}\n", artifact["reason"].get<std::string>());
    }
    return text;
}

// 50 ms is what devices at the edge may take for an image.
std::string edge_text(const Json& report, const std::string& target) {
    constexpr double kMost = 50;
    std::string text;
    for (const Json& artifact : report["artifacts"]) {
        bool is_measured = false;
        for (const Json& check : artifact.value("checks", Json::array())) {
            if (!check.contains("speed")) continue;
            const double p50 = check["speed"]["p50_ms"].get<double>();
            text += fmt::format("{} for {}: {:.2f} ms an image by {} on this machine, {} the {:.0f} ms of the edge\n",
                                artifact["export"].get<std::string>(), target, p50, check["runtime"].get<std::string>(),
                                p50 <= kMost ? "within" : "over", kMost);
            is_measured = true;
        }
        if (!is_measured)
            text += fmt::format("{} for {}: its latency cannot be measured here\n",
                                artifact["export"].get<std::string>(), target);
    }
    return text;
}

Result<Outcome> export_run(Context& context, const ExportOptions& options) {
    InferenceOptions call = options;
    Json work = work_of(options);
    GOETIA_ASSIGN(Json report, run_with_trained(context, call, "export", std::move(work), show_stage));
    std::string text = table_text(report);
    if (!options.target.empty()) text += edge_text(report, options.target);
    bool is_whole = true;
    for (const Json& artifact : report["artifacts"])
        is_whole = is_whole && artifact["state"] != "rejected" && artifact["state"] != "failed";
    text += fmt::format("wrote '{}'\n", report["folder"].get<std::string>());
    return Outcome{
        .json = std::move(report), .text = std::move(text), .exit_code = is_whole ? kOk : exit_code(Code::kFailed)};
}

}  // namespace

void add_export_command(Command& app, Context& context) {
    const auto options = std::make_shared<ExportOptions>();
    Command& command = app.command("export", "Write a trained model for other runtimes");
    add_inference_options(command, *options);
    command.positional("OVERRIDES", options->overrides,
                       "Changes to the run's configuration, such as dataset.data_root=DIR");
    command
        .option("--format", options->exports,
                "onnx, openvino, ncnn, coreml, tensorrt, torchscript, each with :fp16 or :int8; may be repeated")
        .metavar("FORMAT[:PRECISION]")
        .repeated();
    command
        .option("--target", options->target,
                "A kind of device: chooses formats and threads, and says how far 50 ms are")
        .choices({"jetson-nano", "raspberry-pi", "edge-cpu", "phone"});
    command.option("--output", options->output, "The folder for the files; exports/ of the experiment unless given")
        .metavar("DIR");
    command.option("--opset", options->opset, "Of ONNX").range(17, 23).show_default();
    command.option("--input", options->input, "The name of the input").show_default();
    command.option("--samples", options->samples, "Validation images that outputs are compared on")
        .range(1, 1000000)
        .show_default();
    command.option("--calibration", options->calibration, "Validation images that int8 ranges come from")
        .range(1, 1000000)
        .show_default();
    command.option("--calibration-method", options->method, "How int8 ranges are cut")
        .choices({"minmax", "percentile", "entropy", "mse"})
        .show_default();
    command.option("--workspace", options->workspace, "GiB that TensorRT may use while it builds").show_default();
    command.option("--tolerance", options->tolerance,
                   "The largest difference as a share of the outputs' spread; each precision's own unless given");
    command.option("--threads", options->threads, "Of which latency is measured").range(1, 1024).show_default();
    command.flag("--without-metrics", options->without_metrics, "Compare outputs alone, not the task's metrics");
    command.option("--graph", options->picture, "The architecture with shapes, parameters and operations, as a file")
        .choices({"svg", "json"});
    command.option("--dump-graph", options->graphs, "A folder for the graph as text before and after each pass")
        .metavar("DIR");
    context.on(command, [&context, options] { return export_run(context, *options); });
}

}  // namespace goetia::cli
