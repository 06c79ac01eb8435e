#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "data/dataset.h"
#include "data/sampler.h"

namespace goetia {
namespace {

class WindowShuffle : public Sampler {
  public:
    WindowShuffle(const Args& args, std::shared_ptr<const Dataset> dataset)
        : size_(dataset->size()), stretch_(args.integer("stretch")), window_(args.integer("window")) {}

    static Schema schema() {
        return Schema("window_shuffle",
                      "Every sample once, shuffled within windows of stretches that are read in order: for packed sets "
                      "that are streamed or larger than memory")
            .with(integer("stretch", "Samples in a row that are read together; stretches are shuffled")
                      .at_least(1)
                      .fallback(256))
            .with(integer("window", "Samples that are shuffled among each other").at_least(1).fallback(8192));
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        Random random({.seed = seed, .epoch = epoch, .purpose = purpose("sampler.window_shuffle")});
        std::vector<std::int64_t> stretches(static_cast<std::size_t>((size_ + stretch_ - 1) / stretch_));
        std::iota(stretches.begin(), stretches.end(), 0);
        random.shuffle(stretches);
        std::vector<std::int64_t> samples;
        samples.reserve(static_cast<std::size_t>(size_));
        for (const std::int64_t stretch : stretches) {
            for (std::int64_t i = stretch * stretch_; i < std::min(size_, (stretch + 1) * stretch_); ++i)
                samples.push_back(i);
        }
        for (std::size_t begin = 0; begin < samples.size(); begin += static_cast<std::size_t>(window_)) {
            const std::size_t count = std::min(static_cast<std::size_t>(window_), samples.size() - begin);
            random.shuffle(std::span(samples).subspan(begin, count));
        }
        return samples;
    }

  private:
    std::int64_t size_, stretch_, window_;
};

}  // namespace

Status add_window_shuffle(SamplerRegistry& registry) { return registry.add<WindowShuffle>(); }

}  // namespace goetia
