#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "datasets/sampling.h"
#include "feeding/sampler.h"
#include "feeding/samplers/class_values.h"

namespace goetia {
namespace {

class Resample : public Sampler {
  public:
    struct Group {
        std::vector<std::int64_t> samples;
        std::int64_t count = 0;  // per epoch
    };

    explicit Resample(std::vector<Group> groups) : groups_(std::move(groups)) {
        for (const Group& group : groups_) size_ += group.count;
    }

    static Schema schema() {
        return Schema(
                   "resample",
                   "Over- or undersamples classes: with factor 5 each of their samples comes five times an epoch, with "
                   "0.1 a tenth of them, others the next time")
            .with(
                anything("factors",
                         "Class names with their factors, the others have 1; or a list in the order of the classes. A "
                         "image of several classes takes the greatest"));
    }

    static Result<std::unique_ptr<Resample>> make(const Args& args, const std::shared_ptr<const Dataset>& dataset) {
        GOETIA_ASSIGN(const std::vector<double> factors,
                      values_by_class(args.json().at("factors"), dataset->classes(), 1, "dataset.sampler.factors"));
        GOETIA_ASSIGN(const std::vector<SampleInfo> infos, sample_infos(*dataset));
        std::map<double, Group> by_factor;
        for (std::size_t i = 0; i < infos.size(); ++i) {
            double factor = infos[i].labels.empty() ? 1 : 0;
            for (const std::int64_t label : infos[i].labels)
                factor = std::max(factor, factors.at(static_cast<std::size_t>(label)));
            by_factor[factor].samples.push_back(static_cast<std::int64_t>(i));
        }
        std::vector<Group> groups;
        for (auto& [factor, group] : by_factor) {
            const double rounded = std::round(factor * static_cast<double>(group.samples.size()));
            if (rounded > kMax)
                return invalid("dataset.sampler.factors: factor {} gives more than {} samples", factor, kMax);
            group.count = static_cast<std::int64_t>(rounded);
            groups.push_back(std::move(group));
        }
        auto made = std::make_unique<Resample>(std::move(groups));
        if (made->size() == 0) return invalid("dataset.sampler.factors leave no samples; increase one of them");
        return made;
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }

    [[nodiscard]] std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        constexpr std::uint64_t kPurpose = purpose("sampler.resample");
        std::vector<std::int64_t> samples;
        samples.reserve(static_cast<std::size_t>(size_));
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const auto count = static_cast<std::uint64_t>(groups_[g].count);
            const auto mine = shuffled_stream(groups_[g].samples, epoch * count, count,
                                              {.seed = seed, .stream = g + 1, .purpose = kPurpose});
            samples.insert(samples.end(), mine.begin(), mine.end());
        }
        Random({.seed = seed, .epoch = epoch, .purpose = kPurpose}).shuffle(samples);
        return samples;
    }

  private:
    static constexpr double kMax = 1e9;

    std::vector<Group> groups_;
    std::int64_t size_ = 0;
};

}  // namespace

Status add_resample(SamplerRegistry& registry) { return registry.add<Resample>(); }

}  // namespace goetia
