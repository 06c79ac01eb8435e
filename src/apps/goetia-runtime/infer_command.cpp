// goetia-runtime infer --work JSON, the document on standard input as for a rank. The work: {"checkpoint", "weights",
// "output", "split" or "images", "pictures", "mistakes", "least_score", "folder": the experiment whose plug-ins are
// needed}. Prints the report.
#include "apps/goetia-runtime/command.h"
#include "launch/rank_input.h"
#include "learn/inference/inference.h"
#include "learn/plugins.h"

namespace goetia::runtime {
namespace {

Split split_named(const std::string& name) {
    for (const Split one : {Split::kVal, Split::kTest}) {
        if (name == split_name(one)) return one;
    }
    return Split::kTrain;
}

WeightsChoice weights_named(const std::string& name) {
    if (name == "trained") return WeightsChoice::kTrained;
    return name == "averaged" ? WeightsChoice::kAveraged : WeightsChoice::kAsEvaluated;
}

InferenceRequest request_of(const Json& work, Json document) {
    InferenceRequest request;
    request.document = std::move(document);
    request.checkpoint = work.at("checkpoint").get<std::string>();
    request.weights = weights_named(work.value("weights", "as_evaluated"));
    request.output = work.value("output", "");
    if (work.contains("split")) request.split = split_named(work["split"].get<std::string>());
    for (const Json& image : work.value("images", Json::array())) request.images.emplace_back(image.get<std::string>());
    request.pictures = {.pictures = work.value("pictures", std::int64_t{0}),
                        .mistakes = work.value("mistakes", std::int64_t{0}),
                        .least_score = work.value("least_score", 0.25)};
    return request;
}

}  // namespace

Status infer_command(const Words& words) {
    const auto text = option(words, "--work");
    if (!text) return invalid("goetia-runtime infer needs --work, a JSON object");
    const Json work = Json::parse(*text, nullptr, false);
    if (!work.is_object()) return invalid("'--work {}' is no JSON object", *text);
    GOETIA_ASSIGN(RankInput input, read_rank_input());
    GOETIA_ASSIGN(const auto components, builtin_components());
    if (work.contains("folder")) {
        GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::open(work["folder"].get<std::string>()));
        GOETIA_TRY(load_plugins(*components, input.document, folder));
    }
    GOETIA_ASSIGN(const Json report, run_inference(request_of(work, std::move(input.document)), *components));
    fmt::print("{}\n", report.dump());
    return {};
}

}  // namespace goetia::runtime
