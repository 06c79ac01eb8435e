// The unit that YOLO's networks are made of: a convolution without bias, its norm and SiLU.
#pragma once

#include <memory>

#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv2d.h"
#include "learn/layers/conv_norm_act.h"
#include "learn/layers/norm.h"
#include "learn/model.h"

namespace goetia {

struct YoloConvOptions {
    std::int64_t kernel = 1, stride = 1, groups = 1;
    bool silu = true;
};

// Padded so that only the stride changes the size. Its children are "conv" and "bn".
class YoloConv final : public MapsLayer {
  public:
    YoloConv(std::int64_t in, std::int64_t out, const YoloConvOptions& options, const NormFactory& norms);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<Conv2d> conv_;
    std::shared_ptr<Norm> norm_;
    bool silu_;
};

// Each channel by itself, then SiLU unless said otherwise.
std::shared_ptr<YoloConv> depthwise(std::int64_t channels, std::int64_t kernel, const NormFactory& norms,
                                    bool silu = true);

// Layers one after the other, named by their numbers.
class YoloSequence : public MapsLayer {
  public:
    explicit YoloSequence(std::vector<std::shared_ptr<MapsLayer>> layers);
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::vector<std::shared_ptr<MapsLayer>> layers_;
};

// "norm_cfg" as YOLO has it: BN with an eps of 1e-3 and a momentum of 0.03 where the document names no others.
ParamBuilder yolo_norm_param();
Result<NormFactory> yolo_norms(const Args& args, const BuildContext& context);
// Whether the norms of a network that is built already can normalise their channels (GN: groups of equal size).
Status check_norms(const Module& network, const NormFactory& norms);

}  // namespace goetia
