#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "datasets/class_weights.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"
#include "feeding/samplers/class_values.h"

namespace goetia {
namespace {

constexpr std::uint64_t kWeightedPurpose = purpose("sampler.weighted");

Result<std::vector<double>> weights_of_classes(const Json& said, const Dataset& dataset,
                                               const std::vector<SampleInfo>& infos) {
    if (!said.is_string()) return values_by_class(said, dataset.classes(), 1, "dataset.sampler.weights");
    const auto method = weighting_from_name(said.get<std::string>());
    if (!method)
        return invalid(
            "dataset.sampler.weights is '{}', allowed: inverse, effective, median, a list, or class names with "
            "weights",
            said.get<std::string>());
    std::vector<std::int64_t> counts;
    for (const auto& list : samples_by_class(infos, dataset.classes().size()))
        counts.push_back(static_cast<std::int64_t>(list.size()));
    return class_weights(counts, *method);
}

class Weighted : public Sampler {
  public:
    Weighted(std::vector<double> weights, bool replacement, std::int64_t length)
        : weights_(std::move(weights)), replacement_(replacement), length_(length) {}

    static Schema schema() {
        return Schema("weighted", "Draws each sample with a chance in proportion to the weight of its class")
            .with(anything(
                "weights",
                "Class names with their weights, the others have 1; or a list in the order of the classes; or "
                "inverse, effective or median, computed from the counts. An image of several classes takes the "
                "greatest, one without classes has 1"))
            .with(boolean("replacement", "Whether a sample may come again before all came once").fallback(true))
            .with(integer("samples", "How many an epoch takes; without it as many as the data set has")
                      .at_least(1)
                      .or_null());
    }

    static Result<std::unique_ptr<Weighted>> make(const Args& args, const std::shared_ptr<const Dataset>& dataset) {
        GOETIA_ASSIGN(const std::vector<SampleInfo> infos, sample_infos(*dataset));
        GOETIA_ASSIGN(const std::vector<double> classes,
                      weights_of_classes(args.json().at("weights"), *dataset, infos));
        std::vector<double> weights;
        weights.reserve(infos.size());
        for (const SampleInfo& one : infos) {
            double weight = one.labels.empty() ? 1 : 0;
            for (const std::int64_t label : one.labels)
                weight = std::max(weight, classes.at(static_cast<std::size_t>(label)));
            weights.push_back(weight);
        }
        const bool replacement = args.flag("replacement");
        const std::int64_t possible = std::ranges::count_if(weights, [](double weight) { return weight > 0; });
        const std::int64_t requested = args.is_null("samples") ? dataset->size() : args.integer("samples");
        if (possible == 0) return invalid("dataset.sampler.weights leave no samples; make one of them greater than 0");
        if (!replacement && !args.is_null("samples") && requested > possible)
            return invalid("dataset.sampler.samples is {}, but without replacement an epoch has at most {}", requested,
                           possible);
        return std::make_unique<Weighted>(std::move(weights), replacement,
                                          replacement ? requested : std::min(requested, possible));
    }

    [[nodiscard]] std::int64_t size() const override { return length_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        Random random({.seed = seed, .epoch = epoch, .purpose = kWeightedPurpose});
        return replacement_ ? drawn_again(random) : drawn_once(random);
    }

  private:
    [[nodiscard]] std::vector<std::int64_t> drawn_again(Random& random) const {
        std::vector<double> sums(weights_.size());
        std::partial_sum(weights_.begin(), weights_.end(), sums.begin());
        const double last = std::nextafter(sums.back(), 0.0);
        std::vector<std::int64_t> samples(static_cast<std::size_t>(length_));
        for (std::int64_t& one : samples)
            one = std::ranges::upper_bound(sums, std::min(random.uniform(0, sums.back()), last)) - sums.begin();
        return samples;
    }

    // Draws without replacement by sorting u^(1/w) (Efraimidis and Spirakis, 2006).
    [[nodiscard]] std::vector<std::int64_t> drawn_once(Random& random) const {
        std::vector<std::pair<double, std::int64_t>> keys;
        keys.reserve(weights_.size());
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            const double draw = random.uniform();
            if (weights_[i] > 0) keys.emplace_back(-std::log1p(-draw) / weights_[i], static_cast<std::int64_t>(i));
        }
        std::ranges::sort(keys);
        std::vector<std::int64_t> samples;
        for (std::int64_t i = 0; i < length_; ++i) samples.push_back(keys[static_cast<std::size_t>(i)].second);
        return samples;
    }

    std::vector<double> weights_;  // of the samples
    bool replacement_;
    std::int64_t length_;
};

}  // namespace

Status add_weighted(SamplerRegistry& registry) { return registry.add<Weighted>(); }

}  // namespace goetia
