#include "delivery/subject.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/Parallel.h>

#include "base/files.h"
#include "base/json_path.h"
#include "capture/capture.h"
#include "capture/evaluate.h"
#include "config/section_keys.h"
#include "graph/text.h"
#include "learn/loop/builder.h"
#include "passes/pass.h"

namespace goetia {
namespace {

// The model's losses and predictions on what another runtime gives in the place of its forward pass.
class StandInModel final : public Model {
  public:
    StandInModel(const DeliverySubject& subject, ForeignSession& session) : subject_(subject), session_(session) {
        eval();
    }

    [[nodiscard]] Task task() const override { return model().task(); }
    [[nodiscard]] std::int64_t outcomes() const override { return model().outcomes(); }
    Losses losses(const Outputs& outputs, const Targets& targets) override { return model().losses(outputs, targets); }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const override {
        return model().predict(outputs, frames);
    }
    Outputs forward(const torch::Tensor& images) override {
        auto found = session_.run(array_of(images));
        TORCH_CHECK(found.ok(), found ? "" : found.error().message);
        Outputs outputs;
        std::size_t at = 0;
        for (const at::Tensor& one : subject_.of_one)
            outputs.push_back(one.is_floating_point() ? tensor_of(found->at(at++)) : one);
        return outputs;
    }
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }

  private:
    [[nodiscard]] Model& model() const { return *subject_.trained.model; }
    const DeliverySubject& subject_;
    ForeignSession& session_;
};

Status read_images(const DeliveryRequest& request, const Components& components, DeliverySubject& subject) {
    GOETIA_ASSIGN(const auto loader, evaluation_loader(subject.trained.preprocessing, components, subject.data,
                                                       subject.settings, torch::Device(torch::kCPU)));
    GOETIA_TRY(loader->start(0, 0));
    const bool calibrates = std::any_of(request.orders.begin(), request.orders.end(), [](const ExportOrder& order) {
        return order.precision == ExportPrecision::kInt8;
    });
    const std::int64_t wanted = std::max(request.samples, calibrates ? request.calibration : 0);
    std::vector<at::Tensor> all;
    std::int64_t count = 0;
    while (count < wanted) {
        GOETIA_ASSIGN(const std::optional<Batch> batch, loader->next());
        if (!batch) break;
        if (batch->size == 0) continue;
        const at::Tensor images = images_of(*batch, torch::Device(torch::kCPU)).to(torch::kFloat32);
        if (!all.empty() && !all[0].sizes().slice(1).equals(images.sizes().slice(1)))
            return invalid(
                "the validation images become {}x{} and {}x{} pixels, but an exported model takes one size; end "
                "augmentation.val in a Resize to one height and width",
                all[0].size(3), all[0].size(2), images.size(3), images.size(2));
        all.push_back(images.slice(0, 0, wanted - count).clone());
        count += all.back().size(0);
    }
    if (count == 0) return invalid("the validation split has no images, on which an export is checked");
    const at::Tensor read = at::cat(all);
    subject.images = read.slice(0, 0, request.samples);
    subject.calibration = read.slice(0, 0, request.calibration);
    subject.image = subject.images.sizes().slice(1).vec();
    return {};
}

Status compute_wanted(DeliverySubject& subject) {
    const torch::NoGradGuard no_gradients;
    constexpr std::int64_t kAtOnce = 16;
    std::vector<std::vector<at::Tensor>> parts;
    try {
        for (std::int64_t begin = 0; begin < subject.images.size(0); begin += kAtOnce) {
            std::size_t at = 0;
            for (const at::Tensor& one :
                 subject.trained.model->forward(subject.images.slice(0, begin, begin + kAtOnce))) {
                if (!one.is_floating_point()) continue;
                if (at == parts.size()) parts.emplace_back();
                parts[at++].push_back(one);
            }
        }
        subject.of_one = subject.trained.model->forward(subject.images.slice(0, 0, 1));
    } catch (const std::exception& fault) {
        const std::string text = fault.what();
        return failed("the model cannot compute its own images: {}", text.substr(0, text.find('\n')));
    }
    for (const auto& part : parts) subject.wanted.push_back(at::cat(part));
    return {};
}

std::vector<std::string> output_names_of(Task task) {
    switch (task) {
        case Task::kClassification:
        case Task::kMultilabel:
        case Task::kSemantic: return {"scores"};
        case Task::kRegression: return {"values"};
        default: return {};
    }
}

Status capture_graph(const DeliveryRequest& request, DeliverySubject& subject) {
    const auto forward = [&](const at::Tensor& images) { return subject.trained.model->forward(images); };
    GOETIA_ASSIGN(subject.graph, capture({.module = subject.trained.model.get(),
                                          .forward = forward,
                                          .image = subject.image,
                                          .input = request.input,
                                          .outputs = output_names_of(subject.trained.kit->task)}));
    std::string list;
    for (const std::string& name : subject.trained.classes) list += (list.empty() ? "" : "\n") + name;
    subject.graph.facts = {{"task", std::string(task_name(subject.trained.kit->task))},
                           {"classes", list},
                           {"preprocessing", subject.trained.preprocessing.dump()},
                           {"experiment", request.experiment}};
    int number = 0;
    return run_passes(subject.graph, common_passes(), {.compute = computed_constant},
                      [&](std::string_view pass, const ModelGraph& graph) -> Status {
                          if (request.graphs.empty()) return {};
                          GOETIA_TRY(make_folders(request.graphs));
                          const std::string name =
                              fmt::format("{:02}_{}.txt", number++, pass.empty() ? "captured" : pass);
                          return write_file_atomic(request.graphs / name, graph_text(graph, ConstantText::kSizes));
                      });
}

}  // namespace

FloatArray array_of(const at::Tensor& tensor) {
    const at::Tensor plain = tensor.detach().to(torch::kFloat32).contiguous();
    const auto* first = plain.const_data_ptr<float>();
    return {plain.sizes().vec(), std::vector<float>(first, first + plain.numel())};
}

at::Tensor tensor_of(const FloatArray& array) {
    auto* numbers = const_cast<float*>(array.numbers.data());  // NOLINT: copied at once
    return at::from_blob(numbers, array.lengths, at::TensorOptions(at::kFloat)).clone();
}

Result<DeliverySubject> make_subject(const DeliveryRequest& request, const Components& components) {
    DeliverySubject subject;
    GOETIA_ASSIGN(subject.settings, train_settings(request.document));
    if (subject.settings.compute_threads > 0) at::set_num_threads(subject.settings.compute_threads);
    GOETIA_ASSIGN(subject.trained, open_trained(request.document, components, request.checkpoint, request.weights,
                                                torch::Device(torch::kCPU)));
    GOETIA_ASSIGN(subject.data,
                  components.datasets.make(component_part(request.document, "dataset"), "dataset", Split::kVal));
    GOETIA_TRY(read_images(request, components, subject));
    GOETIA_TRY(compute_wanted(subject));
    GOETIA_TRY(capture_graph(request, subject));
    return subject;
}

Result<MetricValues> measured_metrics(const DeliveryRequest& request, const Components& components,
                                      const DeliverySubject& subject, ForeignSession* session) {
    Json document = request.document;
    document["augmentation"]["val"]["pipeline"] = subject.trained.preprocessing;
    const torch::Device device(torch::kCPU);
    GOETIA_ASSIGN(const auto evaluator,
                  make_evaluator(document, components, "val", subject.data, *subject.trained.model,
                                 *subject.trained.kit, subject.settings, device));
    std::optional<StandInModel> other;
    if (session != nullptr) other.emplace(subject, *session);
    Model& model = other ? static_cast<Model&>(*other) : *subject.trained.model;
    try {
        GOETIA_ASSIGN(Evaluation evaluation, evaluator->run(model, *lone_rank(), device));
        return std::move(evaluation.values);
    } catch (const std::exception& fault) {
        const std::string text = fault.what();
        return failed("the metrics cannot be measured: {}", text.substr(0, text.find('\n')));
    }
}

}  // namespace goetia
