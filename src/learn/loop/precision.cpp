#include "learn/loop/precision.h"

#include <ATen/autocast_mode.h>
#include <ATen/Context.h>
#include <torch/cuda.h>

#ifdef GOETIA_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace goetia {
namespace {

torch::ScalarType scalar_type(NarrowType type) {
    return type == NarrowType::kFloat16 ? torch::kHalf : torch::kBFloat16;
}

// Converted weights are kept within one pass, and dropped behind it: the optimizer changes what they were made from.
class AutocastPass {
  public:
    AutocastPass(NarrowType type, torch::DeviceType device)
        : device_(device),
          was_on_(at::autocast::is_autocast_enabled(device)),
          was_type_(at::autocast::get_autocast_dtype(device)) {
        at::autocast::increment_nesting();
        at::autocast::set_autocast_enabled(device_, true);
        at::autocast::set_autocast_dtype(device_, scalar_type(type));
    }
    AutocastPass(const AutocastPass&) = delete;
    AutocastPass& operator=(const AutocastPass&) = delete;
    ~AutocastPass() {
        if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(device_, was_on_);
        at::autocast::set_autocast_dtype(device_, was_type_);
    }

  private:
    torch::DeviceType device_;
    bool was_on_;
    torch::ScalarType was_type_;
};

}  // namespace

DeviceAbility ability_of(torch::Device device) {
    DeviceAbility ability{.name = device.str(), .float16 = device.is_cuda(), .bfloat16 = true};
#ifdef GOETIA_CUDA
    if (device.is_cuda()) ability.bfloat16 = at::cuda::getDeviceProperties(device.index())->major >= 8;
#endif
    return ability;
}

Result<PrecisionPlan> plan_precision(const PrecisionSettings& settings, const DeviceAbility& device) {
    PrecisionPlan plan;
    if (!settings.enabled) return plan;
    const bool is_half = settings.type == NarrowType::kFloat16;
    if (is_half ? device.float16 : device.bfloat16) {
        plan.autocast = settings.type;
        if (is_half && settings.scales_loss) plan.scale = settings.scale;
        return plan;
    }
    const char* const wanted = is_half ? "fp16" : "bf16";
    if (!settings.falls_back)
        return make_error(Code::kUnsupported,
                          "training.mixed_precision.dtype is '{}', which the device '{}' does not train with; {}set "
                          "training.mixed_precision.unsupported=fallback to train in fp32 there, or switch "
                          "training.mixed_precision off",
                          wanted, device.name, is_half && device.bfloat16 ? "use bf16, " : "");
    plan.note = fmt::format("the device '{}' does not train with {}: this run is in fp32", device.name, wanted);
    return plan;
}

Outputs forward_in(const std::optional<NarrowType>& type, Model& model, const torch::Tensor& images) {
    if (!type) return model.forward(images);
    Outputs outputs;
    {
        const AutocastPass pass(*type, images.device().type());
        outputs = model.forward(images);
    }
    for (torch::Tensor& output : outputs) {
        if (output.is_floating_point()) output = output.to(torch::kFloat);
    }
    return outputs;
}

void set_tf32(bool on) {
    at::globalContext().setAllowTF32CuBLAS(on);
    at::globalContext().setAllowTF32CuDNN(on);
}

void lay_out_channels_last(Model& model) {
    const torch::NoGradGuard no_gradients;
    for (torch::Tensor parameter : model.parameters()) {
        if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    }
}

}  // namespace goetia
