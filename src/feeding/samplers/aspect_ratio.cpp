#include <algorithm>

#include "base/json_text.h"
#include "base/random.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"

namespace goetia {
namespace {

class AspectRatio : public Sampler {
  public:
    AspectRatio(std::vector<std::vector<std::int64_t>> groups, std::int64_t batch)
        : groups_(std::move(groups)), batch_(batch) {
        for (const auto& group : groups_) size_ += static_cast<std::int64_t>(group.size());
    }

    static Schema schema() {
        return Schema("aspect_ratio",
                      "Every sample once, shuffled so that the images of a batch have similar shapes; only the last "
                      "batches mix shapes. The annotations must say the sizes")
            .with(integer("batch", "Samples of one batch over all ranks: training.batch_size times the ranks")
                      .at_least(1))
            .with(numbers("boundaries", "Widths over heights at which a new group begins, in rising order")
                      .above(0)
                      .fallback({1.0}));
    }

    static Result<std::unique_ptr<AspectRatio>> make(const Args& args, const std::shared_ptr<const Dataset>& dataset) {
        const auto boundaries = args.list<double>("boundaries");
        if (!std::ranges::is_sorted(boundaries))
            return invalid("dataset.sampler.boundaries must rise, found {}", json_text(args.json().at("boundaries")));
        GOETIA_ASSIGN(const std::vector<SampleInfo> infos, sample_infos(*dataset));
        std::vector<std::vector<std::int64_t>> groups(boundaries.size() + 1);
        for (std::size_t i = 0; i < infos.size(); ++i) {
            const SampleInfo& one = infos[i];
            if (one.width <= 0 || one.height <= 0)
                return invalid(
                    "sample {} of the data set has no size in its annotation, which sampler 'aspect_ratio' "
                    "needs; use sampler 'shuffle', or a format with sizes (COCO, VOC, YOLO, Packed)",
                    i);
            const double ratio = static_cast<double>(one.width) / one.height;
            const auto group = std::ranges::upper_bound(boundaries, ratio) - boundaries.begin();
            groups[static_cast<std::size_t>(group)].push_back(static_cast<std::int64_t>(i));
        }
        return std::make_unique<AspectRatio>(std::move(groups), args.integer("batch"));
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        constexpr std::uint64_t kPurpose = purpose("sampler.aspect_ratio");
        std::vector<std::vector<std::int64_t>> groups = groups_;
        std::vector<std::pair<std::size_t, std::int64_t>> batches;  // group, first position in it
        for (std::size_t g = 0; g < groups.size(); ++g) {
            Random({.seed = seed, .epoch = epoch, .sample = g + 1, .purpose = kPurpose}).shuffle(groups[g]);
            const auto count = static_cast<std::int64_t>(groups[g].size());
            for (std::int64_t at = 0; at + batch_ <= count; at += batch_) batches.emplace_back(g, at);
        }
        std::vector<std::int64_t> turns(batches.size());
        for (std::size_t i = 0; i < turns.size(); ++i) turns[i] = static_cast<std::int64_t>(i);
        Random({.seed = seed, .epoch = epoch, .purpose = kPurpose}).shuffle(turns);
        std::vector<std::int64_t> samples;
        samples.reserve(static_cast<std::size_t>(size_));
        for (const std::int64_t turn : turns) {
            const auto& [g, at] = batches[static_cast<std::size_t>(turn)];
            samples.insert(samples.end(), groups[g].begin() + at, groups[g].begin() + at + batch_);
        }
        // The samples that do not fill a batch of their own group.
        for (const auto& group : groups) {
            const auto left = static_cast<std::ptrdiff_t>(group.size() % static_cast<std::size_t>(batch_));
            samples.insert(samples.end(), group.end() - left, group.end());
        }
        return samples;
    }

  private:
    std::vector<std::vector<std::int64_t>> groups_;
    std::int64_t batch_;
    std::int64_t size_ = 0;
};

}  // namespace

Status add_aspect_ratio(SamplerRegistry& registry) { return registry.add<AspectRatio>(); }

}  // namespace goetia
