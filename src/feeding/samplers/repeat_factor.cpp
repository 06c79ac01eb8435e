#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "datasets/repeat_factors.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"

namespace goetia {

namespace {

constexpr std::uint64_t kRepeatPurpose = purpose("sampler.repeat_factor");

class RepeatFactor : public Sampler {
  public:
    explicit RepeatFactor(std::vector<double> factors) : factors_(std::move(factors)) {
        for (const double factor : factors_) {
            whole_ += static_cast<std::int64_t>(factor);
            rest_ += factor - std::floor(factor);
        }
        extra_ = static_cast<std::int64_t>(std::round(rest_));
    }

    static Schema schema() {
        return Schema("repeat_factor",
                      "Repeats the images of rare classes (LVIS): an image comes max(1, sqrt(threshold / share)) times "
                      "an epoch, by the rarest of its classes; fractions are drawn again each epoch")
            .with(number("threshold", "Classes in a smaller share of the images are repeated")
                      .above(0)
                      .at_most(1)
                      .fallback(0.001));
    }

    static Result<std::unique_ptr<RepeatFactor>> make(const Args& args, const std::shared_ptr<const Dataset>& dataset) {
        GOETIA_ASSIGN(const std::vector<SampleInfo> infos, sample_infos(*dataset));
        return std::make_unique<RepeatFactor>(
            repeat_factors(infos, dataset->classes().size(), args.number("threshold")));
    }

    [[nodiscard]] std::int64_t size() const override { return whole_ + extra_; }

    // Systematic sampling of the fractions, so that every epoch has the same length: they are placed end to end in
    // random order, and a sample is taken wherever one of evenly spaced marks falls.
    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        Random random({.seed = seed, .epoch = epoch, .purpose = kRepeatPurpose});
        std::vector<std::int64_t> all_samples(factors_.size());
        std::iota(all_samples.begin(), all_samples.end(), 0);
        random.shuffle(all_samples);
        std::vector<std::int64_t> samples;
        samples.reserve(static_cast<std::size_t>(size()));
        const double step = extra_ > 0 ? rest_ / static_cast<double>(extra_) : 0, offset = random.uniform();
        double sum = 0;
        std::int64_t marks = 0;
        for (const std::int64_t one : all_samples) {
            const double factor = factors_[static_cast<std::size_t>(one)];
            samples.insert(samples.end(), static_cast<std::size_t>(factor), one);
            sum += factor - std::floor(factor);
            for (; marks < extra_ && (static_cast<double>(marks) + offset) * step < sum; ++marks)
                samples.push_back(one);
        }
        // Marks lost to rounding of the sums.
        for (; marks < extra_; ++marks) samples.push_back(all_samples.back());
        random.shuffle(samples);
        return samples;
    }

  private:
    std::vector<double> factors_;
    std::int64_t whole_ = 0, extra_ = 0;
    double rest_ = 0;
};

}  // namespace

Status add_repeat_factor(SamplerRegistry& registry) { return registry.add<RepeatFactor>(); }

}  // namespace goetia
