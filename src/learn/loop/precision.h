// In which type a run computes: what the configuration asks for, what the device has, and the switch around a forward
// pass.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "learn/loop/loss_scale.h"
#include "learn/model.h"

namespace goetia {

enum class NarrowType { kFloat16, kBFloat16 };

// Of training.mixed_precision and the switches beside it.
struct PrecisionSettings {
    bool enabled = false;
    NarrowType type = NarrowType::kFloat16;
    bool scales_loss = false;
    bool falls_back = false;  // to fp32 where the device lacks the type; else the run is refused
    ScaleSettings scale;
    bool tf32 = false;
    bool channels_last = false;
};

// What a device computes well enough to train with.
struct DeviceAbility {
    std::string name;  // "cpu", "cuda:0"
    bool float16 = false;
    bool bfloat16 = false;
};
DeviceAbility ability_of(torch::Device device);

struct PrecisionPlan {
    std::optional<NarrowType> autocast;  // nothing: fp32
    std::optional<ScaleSettings> scale;
    std::string note;  // for the run's log where the plan is not what was asked for
};
// kUnsupported where the device lacks the type and the configuration does not fall back.
Result<PrecisionPlan> plan_precision(const PrecisionSettings& settings, const DeviceAbility& device);

// A forward pass in the plan's type, whose outputs are fp32 again. Losses are computed in fp32.
Outputs forward_in(const std::optional<NarrowType>& type, Model& model, const torch::Tensor& images);

void set_tf32(bool on);
// Kernels and, by the images, maps are laid out channel by channel within each pixel.
void lay_out_channels_last(Model& model);

}  // namespace goetia
