// The features that a document uses beyond the training loop itself, and whether this build supports them.
#include <algorithm>

#include "base/json_path.h"
#include "config/experiment_schema.h"

namespace goetia {
namespace {

// A section that is present is used unless it, or the section around it, contains "enabled: false".
bool enabled(const Json& document, std::string_view path) {
    const Json& section = section_at(document, path);
    if (!section.is_object() || value_at(section, "enabled", Json(true)) == Json(false)) return false;
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos ||
           value_at(section_at(document, path.substr(0, dot)), "enabled", Json(true)) != Json(false);
}

// The sections that are one feature each, named by their path.
const std::vector<std::string>& plain_features() {
    static const std::vector<std::string> kFeatures{
        "model.pretrained",           "optimizer.layer_decay",     "training.mixed_precision",
        "training.gradient_clip",     "training.early_stopping",   "training.ema",
        "visualization.feature_maps", "visualization.gradients",   "visualization.confusion_matrix",
        "visualization.pr_curve",     "visualization.predictions", "visualization.roc_curve",
        "analysis.profiler",          "analysis.model_lineage",    "compression.quantization",
        "compression.pruning",        "compression.distillation",  "report",
    };
    return kFeatures;
}

Fault unavailable(const std::string& path, const std::string& feature) {
    return {.path = path,
            .message = fmt::format(
                "this build does not support '{}' yet; disable it, or skip it with --skip-unavailable", feature),
            .found = "enabled"};
}

std::string backend_of(const Json& document) {
    const Json* backend = find_at(document, "training.distributed.backend");
    return backend != nullptr && backend->is_string() ? backend->get<std::string>() : "auto";
}

// Whether a list of options contains an available one; "auto" accepts either backend.
bool backend_available(const std::string& backend, const std::set<std::string>& available) {
    if (backend == "auto")
        return available.contains("training.distributed.gloo") || available.contains("training.distributed.nccl");
    return available.contains("training.distributed." + backend);
}

std::string format_name(const Json& format) { return format.is_object() ? format.value("type", "") : ""; }

}  // namespace

const std::vector<std::string>& feature_names() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names = plain_features();
        for (const char* name : {"training.distributed.gloo", "training.distributed.nccl", "export.onnx",
                                 "export.openvino", "export.ncnn", "export.coreml", "export.tensorrt"})
            names.emplace_back(name);
        return names;
    }();
    return kNames;
}

std::vector<Fault> unavailable_sections(const Json& document, const std::set<std::string>& available) {
    std::vector<Fault> faults;
    for (const std::string& feature : plain_features()) {
        if (enabled(document, feature) && !available.contains(feature)) faults.push_back(unavailable(feature, feature));
    }
    if (enabled(document, "training.distributed") && !backend_available(backend_of(document), available)) {
        faults.push_back(unavailable("training.distributed", "training.distributed." + backend_of(document)));
    }
    if (enabled(document, "export")) {
        const Json* formats = find_at(document, "export.formats");
        for (std::size_t i = 0; formats != nullptr && formats->is_array() && i < formats->size(); ++i) {
            const std::string feature = "export." + format_name((*formats)[i]);
            if (!available.contains(feature))
                faults.push_back(unavailable(fmt::format("export.formats[{}]", i), feature));
        }
    }
    // In the document's order.
    const auto rank = [&](const Fault& fault) {
        const std::string section = fault.path.substr(0, fault.path.find_first_of(".["));
        std::size_t place = 0;
        for (const auto& [key, value] : document.items()) {
            if (key == section) break;
            ++place;
        }
        return place;
    };
    std::stable_sort(faults.begin(), faults.end(), [&](const Fault& a, const Fault& b) { return rank(a) < rank(b); });
    return faults;
}

Json without_unavailable(const Json& document, const std::set<std::string>& available) {
    Json rest = document;
    for (const Fault& fault : unavailable_sections(document, available)) {
        if (fault.path.starts_with("export.")) continue;
        Json* section = find_at(rest, fault.path);
        if (section != nullptr) (*section)["enabled"] = false;
    }
    if (Json* formats = find_at(rest, "export.formats");
        formats != nullptr && formats->is_array() && enabled(document, "export")) {
        Json kept = Json::array();
        for (const Json& format : *formats) {
            if (available.contains("export." + format_name(format))) kept.push_back(format);
        }
        if (kept.empty()) rest["export"]["enabled"] = false;
        else *formats = std::move(kept);
    }
    return rest;
}

}  // namespace goetia
