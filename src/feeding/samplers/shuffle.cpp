#include <numeric>

#include "base/random.h"
#include "datasets/dataset.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class Shuffle : public Sampler {
  public:
    Shuffle(const Args&, std::shared_ptr<const Dataset> dataset) : size_(dataset->size()) {}

    static Schema schema() {
        return {"shuffle", "Every sample once, in a new random order each epoch: the default for training"};
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        std::vector<std::int64_t> samples(static_cast<std::size_t>(size_));
        std::iota(samples.begin(), samples.end(), 0);
        Random({.seed = seed, .epoch = epoch, .purpose = purpose("sampler.shuffle")}).shuffle(samples);
        return samples;
    }

  private:
    std::int64_t size_;
};

}  // namespace

Status add_shuffle(SamplerRegistry& registry) { return registry.add<Shuffle>(); }

}  // namespace goetia
