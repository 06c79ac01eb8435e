// The branches of RetinaNet and FCOS: the same convolutions over every map, then a convolution for each thing to tell.
#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "learn/layers/conv_norm.h"

namespace goetia {

// Of the classes' last convolution: every class starts with a probability of 0.01.
inline const double kRareClassBias = -std::log((1 - 0.01) / 0.01);

// A branch runs over all maps, so their numbers (of channels, of boxes in a cell) must be one; an Error quotes `param`.
Status check_alike(const std::vector<std::int64_t>& of_maps, const std::string& param);

struct BranchShape {
    std::int64_t channels = 256, convs = 4;
    // Retina: conv.N.0 and conv.N.1, a bias only without a norm; Fcos: conv.3N and conv.3N+1, always a bias.
    enum class Names { kRetina, kFcos } names = Names::kRetina;
};

class Branch final : public Module {
  public:
    Branch(const BranchShape& shape, const std::optional<NormFactory>& norms);
    // A last convolution, with all its biases at `bias`. Call once for each thing to tell.
    void tell(const std::string& name, std::int64_t columns, double bias = 0);

    // For every map, what the last convolutions find, in the order of tell().
    [[nodiscard]] std::vector<at::Tensor> forward(const at::Tensor& maps) const;

  private:
    void add_retina_convs(Module& list, const BranchShape& shape, const std::optional<NormFactory>& norms);
    void add_fcos_convs(Module& list, const BranchShape& shape, const std::optional<NormFactory>& norms);

    std::int64_t channels_;
    std::vector<std::shared_ptr<ConvNorm>> blocks_;                                 // of Retina
    std::vector<std::pair<std::shared_ptr<Conv2d>, std::shared_ptr<Norm>>> pairs_;  // of Fcos; the norm may be null
    std::vector<std::shared_ptr<Conv2d>> last_;
};

}  // namespace goetia
