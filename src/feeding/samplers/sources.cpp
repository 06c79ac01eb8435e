#include <algorithm>

#include "base/random.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

constexpr std::uint64_t kSourcesPurpose = purpose("sampler.sources");

class Sources : public Sampler {
  public:
    struct Part {
        std::vector<std::int64_t> samples;
        std::int64_t count = 0;  // per epoch
    };

    Sources(std::vector<Part> parts, bool in_turns, bool resample)
        : parts_(std::move(parts)), in_turns_(in_turns), resample_(resample) {
        for (const Part& part : parts_) size_ += part.count;
    }

    static Schema schema() {
        return Schema(
                   "sources",
                   "The samples of a data set that is made of several sources. weighted: each source's share of the "
                   "epoch is its weight's share of all weights; round_robin: the sources take turns until the largest "
                   "is complete; concat: every sample once. A source that is too small for its share begins again in "
                   "another order")
            .with(text("strategy", "How the sources share an epoch")
                      .one_of({"weighted", "round_robin", "concat"})
                      .fallback("concat"))
            .with(boolean("resample_epoch",
                          "Whether each epoch continues where the last one ended in each source; false takes the same "
                          "samples every epoch")
                      .fallback(true))
            .with(integer("samples", "How many an epoch takes, for weighted; without it as many as the data set has")
                      .at_least(1)
                      .or_null());
    }

    static Result<std::unique_ptr<Sources>> make(const Args& args, const std::shared_ptr<const Dataset>& dataset) {
        const std::string strategy = args.text("strategy");
        GOETIA_ASSIGN(std::vector<Part> parts, parts_of(*dataset));
        if (strategy != "weighted" && !args.is_null("samples"))
            return invalid("dataset.sampler.samples goes with strategy 'weighted' only, found with '{}'", strategy);
        const std::int64_t length = args.is_null("samples") ? dataset->size() : args.integer("samples");
        GOETIA_TRY(share(parts, strategy, dataset->sources(), length));
        return std::make_unique<Sources>(std::move(parts), strategy == "round_robin", args.flag("resample_epoch"));
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        std::vector<std::vector<std::int64_t>> taken;
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            const auto count = static_cast<std::uint64_t>(parts_[p].count);
            taken.push_back(shuffled_stream(parts_[p].samples, resample_ ? epoch * count : 0, count,
                                            {.seed = seed, .stream = p + 1, .purpose = kSourcesPurpose}));
            // The order is drawn again even where the samples stay.
            if (!resample_)
                Random({.seed = seed, .epoch = epoch, .sample = p + 1, .purpose = purpose("sampler.sources.order")})
                    .shuffle(taken.back());
        }
        return in_turns_ ? interleaved(taken) : mixed(taken, seed, epoch);
    }

  private:
    static Result<std::vector<Part>> parts_of(const Dataset& dataset) {
        const std::size_t count = dataset.sources().size();
        if (count == 0)
            return invalid(
                "the data set does not consist of sources; use sampler 'shuffle', or dataset.type "
                "'MultiSourceDataset'");
        std::vector<Part> parts(count);
        for (std::int64_t i = 0; i < dataset.size(); ++i) {
            GOETIA_ASSIGN(const SampleInfo one, dataset.info(i));
            parts.at(one.source).samples.push_back(i);
        }
        return parts;
    }

    static Status share(std::vector<Part>& parts, const std::string& strategy, const std::vector<DataSource>& sources,
                        std::int64_t length) {
        std::int64_t largest = 0;
        for (const Part& part : parts) largest = std::max(largest, static_cast<std::int64_t>(part.samples.size()));
        std::vector<double> weights;
        for (std::size_t p = 0; p < parts.size(); ++p)
            weights.push_back(parts[p].samples.empty() ? 0 : sources[p].weight);
        if (strategy == "weighted" && std::ranges::all_of(weights, [](double weight) { return weight <= 0; }))
            return invalid("the weights of the sources leave no samples; make one of them greater than 0");
        const std::vector<std::int64_t> counts = apportion(length, weights);
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const auto own = static_cast<std::int64_t>(parts[p].samples.size());
            parts[p].count = strategy == "weighted" ? counts[p] : strategy == "concat" ? own : own > 0 ? largest : 0;
        }
        return {};
    }

    static std::vector<std::int64_t> interleaved(const std::vector<std::vector<std::int64_t>>& taken) {
        std::vector<std::int64_t> samples;
        std::size_t longest = 0;
        for (const auto& list : taken) longest = std::max(longest, list.size());
        for (std::size_t i = 0; i < longest; ++i) {
            for (const auto& list : taken) {
                if (i < list.size()) samples.push_back(list[i]);
            }
        }
        return samples;
    }

    static std::vector<std::int64_t> mixed(const std::vector<std::vector<std::int64_t>>& taken, std::uint64_t seed,
                                           std::uint64_t epoch) {
        std::vector<std::int64_t> samples;
        for (const auto& list : taken) samples.insert(samples.end(), list.begin(), list.end());
        Random({.seed = seed, .epoch = epoch, .purpose = kSourcesPurpose}).shuffle(samples);
        return samples;
    }

    std::vector<Part> parts_;
    bool in_turns_;
    bool resample_;
    std::int64_t size_ = 0;
};

}  // namespace

Status add_sources(SamplerRegistry& registry) { return registry.add<Sources>(); }

}  // namespace goetia
