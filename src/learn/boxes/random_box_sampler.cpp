#include <algorithm>

#include <ATen/ops/randperm.h>

#include "component/args.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_sampler.h"
#include "learn/tensor.h"

namespace goetia {
namespace {

// So many of these at random, from LibTorch's generator, which training keys by the step. Nothing is drawn where all
// are taken.
at::Tensor drawn(const at::Tensor& indices, std::int64_t count) {
    if (indices.size(0) <= count) return indices;
    const at::Tensor taken = at::randperm(indices.size(0), indices.options()).slice(0, 0, count);
    return indices.index_select(0, std::get<0>(taken.sort()));
}

// As in Faster R-CNN: a fixed number of places, of which a share may be positive; negative ones fill the rest.
class RandomBoxSampler final : public BoxSampler {
  public:
    static Schema schema() {
        return Schema("RandomBoxSampler", "A number of places at random, of which a share may be positive")
            .with(integer("num", "places of each image").at_least(1).fallback(256))
            .with(number("pos_fraction", "largest share of places with an object").between(0, 1).fallback(0.5));
    }
    explicit RandomBoxSampler(const Args& args)
        : count_(args.integer("num")),
          most_positive_(static_cast<std::int64_t>(static_cast<double>(count_) * args.number("pos_fraction"))) {}

    [[nodiscard]] SampledPlaces sample(const at::Tensor& objects, const at::Tensor&) const override {
        const at::Tensor positive = drawn(objects.ge(0).nonzero().squeeze(1), most_positive_);
        return {positive, drawn(objects.eq(kBackground).nonzero().squeeze(1), count_ - positive.size(0))};
    }

  private:
    std::int64_t count_, most_positive_;
};

}  // namespace

Status add_random_box_sampler(BoxSamplerRegistry& registry) { return registry.add<RandomBoxSampler>(); }

}  // namespace goetia
