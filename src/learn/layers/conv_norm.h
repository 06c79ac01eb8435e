// A convolution that keeps the size of its maps, and a norm after it where there is one: children "0" and "1", as in
// torchvision's Conv2dNormActivation. The activation is the caller's.
#pragma once

#include <memory>
#include <optional>

#include "learn/layers/conv2d.h"
#include "learn/layers/norm.h"

namespace goetia {

struct ConvNormShape {
    std::int64_t in = 1, out = 1, kernel = 3, stride = 1, groups = 1;
};

class ConvNorm final : public Module {
  public:
    // Without a norm the convolution has a bias.
    ConvNorm(const ConvNormShape& shape, const std::optional<NormFactory>& norms);
    [[nodiscard]] at::Tensor forward(const at::Tensor& maps) const;

    [[nodiscard]] Conv2d& conv() const { return *conv_; }

  private:
    std::shared_ptr<Conv2d> conv_;
    std::shared_ptr<Norm> norm_;  // may be null
};

// The section `norm_cfg`, of which null means no norm; an Error where it cannot normalise so many channels.
Result<std::optional<NormFactory>> optional_norms(const Json& config, const std::string& path, std::int64_t channels,
                                                  std::shared_ptr<Communicator> ranks);

}  // namespace goetia
