#include <algorithm>
#include <numeric>
#include <span>

#include "base/random.h"
#include "datasets/dataset.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class WindowShuffle : public Sampler {
  public:
    WindowShuffle(const Args& args, std::shared_ptr<const Dataset> dataset)
        : size_(dataset->size()),
          stretch_(args.integer("stretch")),
          window_(args.integer("window")),
          lanes_(args.integer("lanes")) {}

    static Schema schema() {
        return Schema("window_shuffle",
                      "Every sample once, shuffled within windows of stretches that are read in order: for packed sets "
                      "that are streamed or larger than memory")
            .with(integer("stretch", "Samples in a row that are read together; stretches are shuffled")
                      .at_least(1)
                      .fallback(256))
            .with(integer("window", "Samples that are shuffled among each other, over all lanes")
                      .at_least(1)
                      .fallback(8192))
            .with(integer(
                      "lanes",
                      "Samples come from so many parts of the set in turn: if it is a multiple of the number of ranks, "
                      "no two ranks read the same part. The order depends on it, not on the number of ranks")
                      .at_least(1)
                      .fallback(8));
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        Random random({.seed = seed, .epoch = epoch, .purpose = purpose("sampler.window_shuffle")});
        std::vector<std::int64_t> samples = shuffled_stretches(random);
        std::vector<std::int64_t> order(samples.size());
        const std::int64_t window = std::max<std::int64_t>(window_ / lanes_, 1);
        std::int64_t first = 0;
        for (std::int64_t lane = 0; lane < lanes_; ++lane) {
            const std::int64_t count = (size_ - lane + lanes_ - 1) / lanes_;  // how many samples it has
            const auto own =
                std::span(samples).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
            shuffle_within(own, window, random);
            for (std::int64_t turn = 0; turn < count; ++turn)
                order[static_cast<std::size_t>(turn * lanes_ + lane)] = own[static_cast<std::size_t>(turn)];
            first += count;
        }
        return order;
    }

  private:
    [[nodiscard]] std::vector<std::int64_t> shuffled_stretches(Random& random) const {
        std::vector<std::int64_t> stretches(static_cast<std::size_t>((size_ + stretch_ - 1) / stretch_));
        std::iota(stretches.begin(), stretches.end(), 0);
        random.shuffle(stretches);
        std::vector<std::int64_t> samples;
        samples.reserve(static_cast<std::size_t>(size_));
        for (const std::int64_t stretch : stretches) {
            for (std::int64_t i = stretch * stretch_; i < std::min(size_, (stretch + 1) * stretch_); ++i)
                samples.push_back(i);
        }
        return samples;
    }

    static void shuffle_within(std::span<std::int64_t> samples, std::int64_t window, Random& random) {
        const auto window_size = static_cast<std::size_t>(window);
        for (std::size_t begin = 0; begin < samples.size(); begin += window_size)
            random.shuffle(samples.subspan(begin, std::min(window_size, samples.size() - begin)));
    }

    std::int64_t size_, stretch_, window_, lanes_;
};

}  // namespace

Status add_window_shuffle(SamplerRegistry& registry) { return registry.add<WindowShuffle>(); }

}  // namespace goetia
