#include <numeric>

#include "datasets/dataset.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class Sequential : public Sampler {
  public:
    Sequential(const Args&, std::shared_ptr<const Dataset> dataset) : size_(dataset->size()) {}

    static Schema schema() {
        return {"sequential", "Every sample once, in the data set's own order: the default for evaluation"};
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t, std::uint64_t) const override {
        std::vector<std::int64_t> samples(static_cast<std::size_t>(size_));
        std::iota(samples.begin(), samples.end(), 0);
        return samples;
    }

  private:
    std::int64_t size_;
};

}  // namespace

Status add_sequential(SamplerRegistry& registry) { return registry.add<Sequential>(); }

}  // namespace goetia
