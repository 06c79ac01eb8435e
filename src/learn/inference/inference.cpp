#include "learn/inference/inference.h"

#include <ATen/Parallel.h>

#include "base/files.h"
#include "base/json_path.h"
#include "config/section_keys.h"
#include "learn/inference/image_list.h"
#include "learn/inference/result_files.h"
#include "learn/inference/rows.h"
#include "learn/loop/builder.h"

namespace goetia {
namespace {

constexpr std::size_t kShown = 20;  // images of which the report says what was found

struct Prepared {
    TrainSettings settings;
    torch::Device device{torch::kCPU};
    TrainedModel trained;
    std::shared_ptr<const Dataset> data;
};

Result<std::shared_ptr<const Dataset>> examined_data(const InferenceRequest& request, const Components& components,
                                                     const TrainedModel& trained) {
    if (request.split) {
        GOETIA_ASSIGN(std::shared_ptr<const Dataset> data,
                      components.datasets.make(component_part(request.document, "dataset"), "dataset", *request.split));
        if (!data->classes().empty() && !trained.classes.empty() && data->classes() != trained.classes)
            return invalid(
                "the {} split counts other classes than the checkpoint was trained on; give it the same classes in the "
                "same order ('goetia dataset info' shows them)",
                split_name(*request.split));
        return data;
    }
    GOETIA_ASSIGN(std::vector<std::filesystem::path> files, find_images(request.images));
    return image_list(std::move(files), trained.classes);
}

// Images without annotations have no masks to load.
Json without_masks(const Json& pipeline) {
    Json steps = Json::array();
    for (const Json& step : pipeline) {
        if (step.value("type", "") != "LoadMask") steps.push_back(step);
    }
    return steps;
}

Result<Prepared> prepare(const InferenceRequest& request, const Components& components) {
    Prepared prepared;
    GOETIA_ASSIGN(prepared.settings, train_settings(request.document));
    if (prepared.settings.compute_threads > 0) at::set_num_threads(prepared.settings.compute_threads);
    GOETIA_ASSIGN(prepared.device, choose_device(prepared.settings.device, 0));
    GOETIA_ASSIGN(prepared.trained,
                  open_trained(request.document, components, request.checkpoint, request.weights, prepared.device));
    GOETIA_ASSIGN(prepared.data, examined_data(request, components, prepared.trained));
    return prepared;
}

// Everything that is kept of the predictions.
class Results {
  public:
    Results(const InferenceRequest& request, const Components& components, const Prepared& prepared)
        : files_(result_files(prepared.trained.kit->task, request.output, *prepared.data, prepared.trained.classes)),
          pictures_(request.output, *prepared.data, prepared.trained.classes, components.transforms, request.pictures) {
    }
    Status take(const Predictions& found, const Batch& batch, const Truth* truth) {
        GOETIA_TRY(files_->take(found, batch.frames, truth));
        return pictures_.take(found, batch.frames, truth);
    }
    Result<Json> finish() {
        Json written = Json::array();
        GOETIA_ASSIGN(const auto files, files_->finish());
        GOETIA_ASSIGN(const auto pictures, pictures_.finish());
        for (const auto* list : {&files, &pictures}) {
            for (const std::filesystem::path& file : *list) written.push_back(file.native());
        }
        return written;
    }

  private:
    std::unique_ptr<ResultFiles> files_;
    ResultPictures pictures_;
};

Json skipped_json(const std::vector<SkippedSample>& skipped) {
    Json json = Json::array();
    for (const SkippedSample& one : skipped) json.push_back({{"sample", one.name}, {"reason", one.reason}});
    return json;
}

Status evaluate(const InferenceRequest& request, const Components& components, const Prepared& prepared,
                Results* results, Json& report) {
    Json document = request.document;
    document["augmentation"]["val"]["pipeline"] = prepared.trained.preprocessing;
    GOETIA_ASSIGN(const auto evaluator,
                  make_evaluator(document, components, std::string(split_name(*request.split)), prepared.data,
                                 *prepared.trained.model, *prepared.trained.kit, prepared.settings, prepared.device));
    if (results != nullptr)
        evaluator->watch([results](const Predictions& found, const Batch& batch) {
            return results->take(found, batch, &batch.truth);
        });
    GOETIA_ASSIGN(const Evaluation evaluation, evaluator->run(*prepared.trained.model, *lone_rank(), prepared.device));
    report["metrics"] = evaluation.values;
    report["skipped"] = skipped_json(evaluation.skipped);
    return {};
}

Status predict(const Components& components, const Prepared& prepared, double least_score, Results* results,
               Json& report) {
    GOETIA_ASSIGN(const auto loader, evaluation_loader(without_masks(prepared.trained.preprocessing), components,
                                                       prepared.data, prepared.settings, prepared.device));
    std::vector<SkippedSample> skipped;
    report["shown"] = Json::array();
    Model& model = *prepared.trained.model;
    GOETIA_TRY(each_batch(model, *loader, prepared.device, [&](Batch batch, const Outputs& outputs) -> Status {
        skipped.insert(skipped.end(), batch.skipped.begin(), batch.skipped.end());
        if (batch.size == 0) return {};
        const Predictions found = model.predict(outputs, batch.frames);
        for (std::size_t row = 0; row < batch.frames.size() && report["shown"].size() < kShown; ++row) {
            GOETIA_ASSIGN(const Sample sample, prepared.data->sample(batch.frames[row].sample));
            report["shown"].push_back(
                {{"sample", sample.name}, {"text", described(found, row, prepared.trained.classes, least_score)}});
        }
        return results->take(found, batch, nullptr);
    }));
    report["metrics"] = Json::object();
    report["skipped"] = skipped_json(skipped);
    return {};
}

}  // namespace

Result<Json> run_inference(const InferenceRequest& request, const Components& components) {
    GOETIA_ASSIGN(const Prepared prepared, prepare(request, components));
    Json report{{"task", task_name(prepared.trained.kit->task)},
                {"samples", prepared.data->size()},
                {"checkpoint", request.checkpoint.native()},
                {"weights", prepared.trained.is_averaged ? "averaged" : "trained"},
                {"epoch", prepared.trained.epoch},
                {"step", prepared.trained.step}};
    std::optional<Results> results;
    if (!request.output.empty()) {
        GOETIA_TRY(make_folders(request.output));
        results.emplace(request, components, prepared);
    }
    Results* const kept = results ? &*results : nullptr;
    if (request.split) GOETIA_TRY(evaluate(request, components, prepared, kept, report));
    else GOETIA_TRY(predict(components, prepared, request.pictures.least_score, kept, report));
    report["files"] = Json::array();
    if (kept != nullptr) {
        GOETIA_ASSIGN(report["files"], kept->finish());
    }
    return report;
}

}  // namespace goetia
