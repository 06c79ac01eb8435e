#include "learn/layers/conv_norm.h"

#include "base/json.h"

namespace goetia {

ConvNorm::ConvNorm(const ConvNormShape& shape, const std::optional<NormFactory>& norms) {
    const Conv2dOptions options{
        .stride = shape.stride, .padding = (shape.kernel - 1) / 2, .groups = shape.groups, .bias = !norms};
    conv_ = register_module("0", std::make_shared<Conv2d>(shape.in, shape.out, shape.kernel, options));
    if (norms) norm_ = register_module("1", (*norms)(shape.out));
}

at::Tensor ConvNorm::forward(const at::Tensor& maps) const {
    const at::Tensor found = conv_->forward(maps);
    return norm_ ? norm_->forward(found) : found;
}

Result<std::optional<NormFactory>> optional_norms(const Json& config, const std::string& path, std::int64_t channels,
                                                  std::shared_ptr<Communicator> ranks) {
    if (config.is_null()) return std::optional<NormFactory>{};
    GOETIA_ASSIGN(const NormFactory norms, NormFactory::make(config, path, std::move(ranks)));
    GOETIA_TRY(norms.fits(channels));
    return std::optional(norms);
}

}  // namespace goetia
