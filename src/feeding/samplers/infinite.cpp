#include <numeric>

#include "base/random.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class Infinite : public Sampler {
  public:
    Infinite(const Args& args, const std::shared_ptr<const Dataset>& dataset)
        : items_(static_cast<std::size_t>(dataset->size())),
          length_(args.is_null("samples") ? dataset->size() : args.integer("samples")) {
        std::iota(items_.begin(), items_.end(), 0);
    }

    static Schema schema() {
        return Schema("infinite",
                      "An endless stream cut into epochs of any length: every sample once, then every sample once in "
                      "another order; each epoch continues where the last one ended")
            .with(integer("samples", "How many an epoch takes; without it as many as the data set has")
                      .at_least(1)
                      .or_null());
    }

    [[nodiscard]] std::int64_t size() const override { return items_.empty() ? 0 : length_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        const auto length = static_cast<std::uint64_t>(size());
        return shuffled_stream(items_, epoch * length, length, {.seed = seed, .purpose = purpose("sampler.infinite")});
    }

  private:
    std::vector<std::int64_t> items_;
    std::int64_t length_;
};

}  // namespace

Status add_infinite(SamplerRegistry& registry) { return registry.add<Infinite>(); }

}  // namespace goetia
