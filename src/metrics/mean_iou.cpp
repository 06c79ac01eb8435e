#include <limits>

#include "metrics/map_counts.h"
#include "metrics/metric.h"

namespace goetia {
namespace {

class MeanIoU final : public Metric {
  public:
    MeanIoU(const Args& args, std::int64_t classes) : counts_(classes), per_class_(args.flag("per_class")) {}

    static Schema schema() {
        return Schema(
                   "MeanIoU",
                   "Intersection over union, accuracy and dice of the pixels' classes: means over the classes that "
                   "are there or were predicted, over all pixels of all images at once; pixels of class 255 count for "
                   "nothing; not a number where there is nothing to measure")
            .with(boolean("per_class", "also the intersection over union of each class").fallback(true))
            .for_tasks({task_name(Task::kSemantic)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        const std::vector<Image>& rows = std::get<ClassMaps>(found).rows;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const std::span<const std::uint8_t> mask = truth_of(truth, row, rows.size());
            comparable_ =
                comparable_ && mask.size() == rows[row].pixels.size() && has_same_width(rows[row], truth, row);
            if (comparable_) counts_.add(rows[row].pixels, mask);
        }
    }

    void reset() override { counts_.reset(), comparable_ = true; }

    // The counts, then how many ranks could not compare what they found.
    [[nodiscard]] std::vector<double> state() const override {
        std::vector<double> state = counts_.state();
        state.push_back(comparable_ ? 0.0 : 1.0);
        return state;
    }
    void join(std::span<const std::vector<double>> ranks) override {
        std::vector<double> state = summed(ranks);
        comparable_ = state.back() == 0;
        state.pop_back();
        counts_.set_state(std::move(state));
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        const MapScores scores = map_scores(counts_);
        std::vector<MetricValue> values{{"mIoU", scores.mean_iou},
                                        {"mean_accuracy", scores.mean_accuracy},
                                        {"pixel_accuracy", scores.pixel_accuracy},
                                        {"dice", scores.dice}};
        for (std::size_t one = 0; per_class_ && one < scores.class_iou.size(); ++one)
            values.push_back({fmt::format("IoU_class_{}", one), scores.class_iou[one]});
        for (MetricValue& one : values) {
            if (!comparable_) one.value = std::numeric_limits<double>::quiet_NaN();
        }
        return values;
    }

    [[nodiscard]] std::vector<Drawing> drawings() const override {
        if (!comparable_) return {};
        MatrixDrawing drawn;
        for (std::int64_t truth = 0; truth < counts_.classes(); ++truth) {
            std::vector<double>& row = drawn.counts.emplace_back();
            for (std::int64_t found = 0; found < counts_.classes(); ++found) row.push_back(counts_.at(truth, found));
        }
        return {{"confusion_matrix", std::move(drawn)}};
    }

  private:
    // The classes of one row's pixels: of its original image, or else of the batch, whose rows are of one size.
    static std::span<const std::uint8_t> truth_of(const Truth& truth, std::size_t row, std::size_t rows) {
        if (!truth.class_maps.empty()) return truth.class_maps[row].pixels;
        const std::size_t size = truth.masks.size() / rows;
        return std::span(truth.masks).subspan(row * size, size);
    }

    static bool has_same_width(const Image& found, const Truth& truth, std::size_t row) {
        return truth.class_maps.empty() || truth.class_maps[row].width == found.width;
    }

    MapCounts counts_;
    bool per_class_;
    bool comparable_ = true;  // false once a map was not of the size of its truth: nothing is known then
};

}  // namespace

Status add_mean_iou(MetricRegistry& registry) { return registry.add<MeanIoU>(); }

}  // namespace goetia
