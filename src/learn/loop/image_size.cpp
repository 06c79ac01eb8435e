#include "learn/loop/image_size.h"

#include <ATen/ops/zeros.h>

#include "base/json.h"

namespace goetia {
namespace {

struct ImageSize {
    std::int64_t channels = 0, height = 0, width = 0;
};

// Empty where the first image cannot be read: the run reports it, or skips it, as it is told to.
Result<std::optional<ImageSize>> first_size(const Json& pipeline, const Dataset& data,
                                            const TransformRegistry& transforms) {
    GOETIA_ASSIGN(const Pipeline steps, Pipeline::make(transforms, pipeline, "augmentation.train.pipeline"));
    GOETIA_ASSIGN(Sample sample, data.sample(0));
    if (const Status done = steps.apply(sample, 0, 0, &data); !done) return std::optional<ImageSize>();
    if (sample.pending)
        return std::optional(ImageSize{3, sample.pending.result_height(), sample.pending.result_width()});
    if (sample.planes.values.empty()) return std::optional<ImageSize>();
    return std::optional(ImageSize{sample.planes.channels, sample.planes.height, sample.planes.width});
}

torch::Tensor empty_image(const ImageSize& size, torch::Device device) {
    return at::zeros({1, size.channels, size.height, size.width}, torch::TensorOptions().device(device));
}

// How many pixels a cell of the backbone's smallest map covers; 0 where the image has more cells than one.
std::int64_t cell_beyond(Backbone& backbone, const ImageSize& size, torch::Device device) {
    constexpr std::int64_t kLarger = 4;
    const torch::Tensor map = backbone.forward(empty_image(size, device)).back();
    if (map.dim() != 4 || map.size(2) > 1 || map.size(3) > 1) return 0;
    const ImageSize larger{size.channels, kLarger * size.height, kLarger * size.width};
    const std::int64_t cells = backbone.forward(empty_image(larger, device)).back().size(2);
    return cells < kLarger ? larger.height / cells : 0;
}

bool has_places(Task task) { return task != Task::kClassification && !has_values(task); }

Error cannot_take(const ImageSize& size, const std::string& reason) {
    return invalid("the model cannot take images of {}x{} pixels, which augmentation.train.pipeline gives: {}",
                   size.width, size.height, reason);
}

}  // namespace

Status check_image_size(Model& model, const Json& pipeline, const Dataset& data, const TransformRegistry& transforms,
                        torch::Device device) {
    GOETIA_ASSIGN(const std::optional<ImageSize> size, first_size(pipeline, data, transforms));
    if (!size) return {};
    const torch::NoGradGuard no_gradients;
    const bool was_training = model.is_training();
    model.eval();
    std::int64_t cell = 0;
    try {
        const auto backbone = std::dynamic_pointer_cast<Backbone>(model.child("backbone"));
        if (backbone && has_places(model.task())) cell = cell_beyond(*backbone, *size, device);
        if (cell == 0) model.forward(empty_image(*size, device));
    } catch (const c10::Error& fault) {
        return cannot_take(*size, fault.what_without_backtrace());
    } catch (const std::exception& fault) {
        return cannot_take(*size, fault.what());
    }
    model.train(was_training);
    if (cell == 0) return {};
    return invalid(
        "images of {}x{} pixels, which augmentation.train.pipeline gives, are smaller than the stride of the model, "
        "{}; resize them to that at least",
        size->width, size->height, cell);
}

}  // namespace goetia
