#include "learn/loop/loaders.h"

#include <algorithm>

#include <ATen/ops/empty.h>

#include "base/json_path.h"
#include "feeding/loading/closing_loader.h"

namespace goetia {
namespace {

// The ranks' shared settings of every loader.
LoaderOptions loader_options(const TrainSettings& settings, int rank, int world) {
    LoaderOptions options;
    options.batch_size = settings.batch_size;
    options.threads = settings.loader_threads;
    options.seed = settings.seed;
    options.broken = settings.broken;
    options.rank = rank;
    options.world = world;
    return options;
}

// Page-locked memory, from which a GPU copies while the host goes on. LibTorch keeps what is given back, and hands it
// out again once no copy reads it any more.
std::shared_ptr<void> pinned_memory(std::size_t bytes) {
    const auto tensor = std::make_shared<torch::Tensor>(torch::empty(
        {static_cast<std::int64_t>(bytes)}, torch::TensorOptions().dtype(torch::kUInt8).pinned_memory(true)));
    return {tensor->data_ptr(), [tensor](void*) {}};
}

// A GPU is given bytes where it can be, a quarter of the floats they become there.
void suit_device(LoaderOptions& options, const TrainSettings& settings, torch::Device device, const Pipeline& pipeline,
                 const Dataset& data) {
    if (!device.is_cuda()) return;
    if (settings.pin_memory) options.allocate = pinned_memory;
    if (pipeline.ends_in_bytes(data)) options.pixel_type = PixelType::kUInt8;
}

// `section` holds a pipeline and perhaps batch_augments: augmentation.train itself, or its part `closing`.
Result<std::unique_ptr<Loader>> loader_of(const Json& document, const std::string& section,
                                          const Components& components, const std::shared_ptr<const Dataset>& data,
                                          const TrainSettings& settings, torch::Device device, LoaderOptions options) {
    const std::string where = section + ".pipeline", batch_where = section + ".batch_augments";
    GOETIA_ASSIGN(Pipeline pipeline, Pipeline::make(components.transforms, section_at(document, where), where));
    std::vector<std::shared_ptr<BatchTransform>> batch_steps;
    const Json batch_list = section_at(document, batch_where);
    for (std::size_t i = 0; batch_list.is_array() && i < batch_list.size(); ++i) {
        GOETIA_ASSIGN(auto step,
                      components.batch_transforms.make(batch_list[i], fmt::format("{}[{}]", batch_where, i)));
        batch_steps.push_back(std::move(step));
    }
    const Json sampling = section_at(document, "dataset.sampler");
    GOETIA_ASSIGN(auto sampler, components.samplers.make(sampling.is_null() ? data->default_sampler() : sampling,
                                                         "dataset.sampler", data));
    options.drop_last = value_at<bool>(document, "training.drop_last");
    suit_device(options, settings, device, pipeline, *data);
    if (!batch_steps.empty()) options.pixel_type = PixelType::kFloat32;  // they mix floats
    return make_loader(data, std::move(sampler), std::move(pipeline), std::move(batch_steps), std::move(options));
}

}  // namespace

Result<std::unique_ptr<Loader>> train_loader(const Json& document, const Components& components,
                                             const std::shared_ptr<const Dataset>& data, const TrainSettings& settings,
                                             torch::Device device, int rank, int world) {
    const LoaderOptions options = loader_options(settings, rank, world);
    GOETIA_ASSIGN(auto loader, loader_of(document, "augmentation.train", components, data, settings, device, options));
    const std::string closing = "augmentation.train.closing";
    if (section_at(document, closing).is_null()) return loader;
    GOETIA_ASSIGN(auto last, loader_of(document, closing, components, data, settings, device, options));
    const auto epochs = value_at<std::int64_t>(document, closing + ".epochs");
    const std::int64_t from = std::max<std::int64_t>(0, settings.epochs - epochs);
    return make_closing_loader(std::move(loader), std::move(last), static_cast<std::uint64_t>(from));
}

Result<std::unique_ptr<Loader>> evaluation_loader(const Json& pipeline, const Components& components,
                                                  const std::shared_ptr<const Dataset>& data,
                                                  const TrainSettings& settings, torch::Device device, int rank,
                                                  int world) {
    GOETIA_ASSIGN(Pipeline steps, Pipeline::make(components.transforms, pipeline, "augmentation.val.pipeline"));
    GOETIA_ASSIGN(auto sampler, components.samplers.make({{"type", "sequential"}}, "the validation order", data));
    LoaderOptions options = loader_options(settings, rank, world);
    suit_device(options, settings, device, steps, *data);
    options.pad = false;  // every sample counts once, also when the ranks' shares differ in size
    return make_loader(data, std::move(sampler), std::move(steps), {}, std::move(options));
}

}  // namespace goetia
