#include <algorithm>

#include "base/random.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class ClassBalanced : public Sampler {
  public:
    ClassBalanced(std::vector<std::vector<std::int64_t>> classes, std::int64_t length)
        : classes_(std::move(classes)), length_(length) {}

    static Schema schema() {
        return Schema(
                   "class_balanced",
                   "Draws every class equally often: samples of rare classes repeat, some of the common ones wait for "
                   "the next epoch")
            .with(integer("samples", "How many an epoch takes; without it as many as the data set has")
                      .at_least(1)
                      .or_null());
    }

    static Result<std::unique_ptr<ClassBalanced>> make(const Args& args,
                                                       const std::shared_ptr<const Dataset>& dataset) {
        GOETIA_ASSIGN(const std::vector<SampleInfo> infos, sample_infos(*dataset));
        auto classes = samples_by_class(infos, dataset->classes().size());
        std::erase_if(classes, [](const auto& list) { return list.empty(); });
        if (classes.empty()) return invalid("no sample of the data set has a class; use sampler 'shuffle'");
        return std::make_unique<ClassBalanced>(std::move(classes),
                                               args.is_null("samples") ? dataset->size() : args.integer("samples"));
    }

    [[nodiscard]] std::int64_t size() const override { return length_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        constexpr std::uint64_t kPurpose = purpose("sampler.class_balanced");
        // The remainder goes to other classes each epoch, so that classes are balanced over several epochs.
        const auto count = static_cast<std::uint64_t>(classes_.size()), length = static_cast<std::uint64_t>(length_);
        const auto taken = [&](std::uint64_t epochs, std::uint64_t c) {
            return (epochs * length + count - 1 - c) / count;
        };
        std::vector<std::int64_t> samples;
        samples.reserve(length);
        for (std::uint64_t c = 0; c < count; ++c) {
            const std::uint64_t from = taken(epoch, c);
            const auto mine = shuffled_stream(classes_[c], from, taken(epoch + 1, c) - from,
                                              {.seed = seed, .stream = c + 1, .purpose = kPurpose});
            samples.insert(samples.end(), mine.begin(), mine.end());
        }
        Random({.seed = seed, .epoch = epoch, .purpose = kPurpose}).shuffle(samples);
        return samples;
    }

  private:
    std::vector<std::vector<std::int64_t>> classes_;  // only those with samples
    std::int64_t length_;
};

}  // namespace

Status add_class_balanced(SamplerRegistry& registry) { return registry.add<ClassBalanced>(); }

}  // namespace goetia
