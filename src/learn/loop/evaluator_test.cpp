#include "learn/loop/evaluator.h"

#include <set>

#include <gmock/gmock.h>

#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Six samples in batches of two rows, without those that cannot be read.
class GappyLoader final : public Loader {
  public:
    explicit GappyLoader(std::set<std::int64_t> broken) : broken_(std::move(broken)) {}
    Status start(std::uint64_t, std::int64_t first) override { return at_ = first, Status(); }
    Result<std::optional<Batch>> next() override {
        if (at_ == 3) return std::optional<Batch>();
        Batch batch;
        batch.channels = 3, batch.height = 2, batch.width = 2, batch.classes = 3;
        for (std::int64_t sample = 2 * at_; sample < 2 * at_ + 2; ++sample) {
            if (broken_.contains(sample)) {
                batch.skipped.push_back({sample, fmt::format("{}.png", sample), "cut short"});
                continue;
            }
            ++batch.size;
            batch.truth.labels.push_back(sample % 3);
            batch.frames.push_back({.sample = sample});
        }
        const auto numbers = std::make_shared<std::vector<float>>(static_cast<std::size_t>(12 * batch.size), 0.5F);
        batch.memory = std::shared_ptr<void>(numbers, numbers->data());
        ++at_;
        return std::optional<Batch>(std::move(batch));
    }
    [[nodiscard]] std::int64_t batches_per_epoch() const override { return 3; }
    [[nodiscard]] double seconds_waited() const override { return 0; }

  private:
    std::set<std::int64_t> broken_;
    std::int64_t at_ = 0;
};

// Keeps what it is given.
class Keeper final : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) override {
        labels.insert(labels.end(), truth.labels.begin(), truth.labels.end());
        scores += std::get<ClassScores>(found).scores.size();
    }
    void reset() override { labels.clear(), scores = 0; }
    [[nodiscard]] std::vector<double> state() const override { return {}; }
    void join(std::span<const std::vector<double>>) override {}
    [[nodiscard]] std::vector<MetricValue> compute() const override { return {{"kept", 1}}; }
    std::vector<std::int64_t> labels;
    std::size_t scores = 0;
};

class SixSamples final : public Dataset {
  public:
    [[nodiscard]] std::int64_t size() const override { return 6; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override { return Sample{.index = index}; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

  private:
    std::vector<std::string> classes_{"a", "b", "c"};
};

Result<Evaluation> evaluated(std::set<std::int64_t> broken,
                             std::shared_ptr<Keeper> keeper = std::make_shared<Keeper>()) {
    ToyModel model;
    Evaluator evaluator("val", std::make_unique<GappyLoader>(std::move(broken)), std::make_shared<SixSamples>(),
                        **task_kit(Task::kClassification), {keeper});
    std::vector<std::string> names;
    for (const MeasuredMetric& one : evaluator.measured()) names.push_back(one.name);
    EXPECT_THAT(names, ElementsAre("val/loss", "val/kept"));
    return evaluator.run(model, *lone_rank(), torch::kCPU);
}

TEST(Evaluator, names_what_cannot_be_read_and_scores_the_rest) {
    const auto kept = std::make_shared<Keeper>();
    const Evaluation found = evaluated({1, 2, 3}, kept).value();
    ASSERT_EQ(found.skipped.size(), 3U);
    EXPECT_EQ(found.skipped[2].name, "3.png");
    EXPECT_THAT(kept->labels, ElementsAre(0, 1, 2)) << "samples 0, 4 and 5";
    EXPECT_EQ(kept->scores, 9U);
    EXPECT_GT(found.values.at("val/loss"), 0);
}

TEST(Evaluator, refuses_a_split_of_which_nothing_can_be_read) {
    const auto found = evaluated({0, 1, 2, 3, 4, 5});
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message,
                HasSubstr("none of the 6 samples of the val split can be read, the first is '0.png': cut short"));
}

}  // namespace
}  // namespace goetia
