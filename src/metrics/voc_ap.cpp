#include <limits>
#include <map>

#include "metrics/curves.h"
#include "metrics/matched_images.h"
#include "metrics/metric.h"
#include "metrics/object_pairs.h"
#include "metrics/voc_match.h"

namespace goetia {
namespace {

class VocAP final : public Metric {
  public:
    VocAP(const Args& args, std::int64_t classes)
        : classes_(classes),
          year_(args.integer("year") == 2007 ? VocYear::k2007 : VocYear::k2010),
          least_overlap_(args.number("iou")) {}

    static Result<std::unique_ptr<VocAP>> make(const Args& args, std::int64_t classes) {
        if (args.integer("year") != 2007 && args.integer("year") != 2010)
            return invalid("year is {}, must be 2007 (11 points) or 2010 (area under the curve)", args.integer("year"));
        return std::make_unique<VocAP>(args, classes);
    }

    static Schema schema() {
        return Schema(
                   "VocAP",
                   "VOC's mean average precision of boxes: each found object is compared with the truth it overlaps "
                   "most; difficult objects and crowds count for nothing; not a number where there is nothing to find")
            .with(integer("year", "2007: the mean over 11 recalls; 2010: the area under the curve").fallback(2010))
            .with(number("iou", "the least overlap of a hit").above(0).at_most(1).fallback(0.5))
            .for_tasks({task_name(Task::kDetection), task_name(Task::kInstance)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        const auto& rows = std::get<FoundObjects>(found).rows;
        for (std::size_t row = 0; row < rows.size(); ++row)
            add(images_.number_of(truth, row), rows[row], truth.objects[row]);
    }

    void reset() override { images_.clear(); }
    [[nodiscard]] std::vector<double> state() const override { return images_.state(); }
    void join(std::span<const std::vector<double>> ranks) override {
        images_.join(std::vector<std::span<const double>>(ranks.begin(), ranks.end()));
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        std::vector<double> all;
        for (const Matched& one : images_.by_class(classes_)) all.push_back(voc_average_precision(one, year_));
        return {{fmt::format("voc{}_mAP_{:g}", year_ == VocYear::k2007 ? "07" : "10", least_overlap_ * 100),
                 mean_of_defined(all)}};
    }

    [[nodiscard]] std::vector<Drawing> drawings() const override {
        CurvesDrawing curves;
        for (const Matched& one : images_.by_class(classes_)) {
            VocCurve curve = voc_curve(one);
            curves.classes.push_back(
                {std::move(curve.recall), std::move(curve.precision), voc_average_precision(one, year_)});
        }
        return {{"pr_curve", std::move(curves)}};
    }

  private:
    void add(std::int64_t number, const std::vector<FoundObject>& found, const std::vector<Instance>& truth) {
        const ObjectPairs pairs(IouType::kBoxes, found, truth);
        std::map<std::int64_t, CocoImage> classes;
        for (const Instance& one : truth)
            classes[one.label].truths.push_back({.area = one.area, .ignored = one.difficult || one.crowd});
        for (std::size_t i = 0; i < found.size(); ++i) {
            CocoImage& image = classes[found[i].label];
            image.scores.push_back(found[i].score), image.areas.push_back(pairs.found_area(i));
            for (std::size_t j = 0; j < truth.size(); ++j) {
                if (truth[j].label == found[i].label) image.overlaps.push_back(pairs.overlap(i, j));
            }
        }
        for (const auto& [label, image] : classes) {
            Matched matched;
            match_voc(image, least_overlap_, matched);
            images_.add(number, label, std::move(matched));
        }
    }

    std::int64_t classes_;
    VocYear year_;
    double least_overlap_;
    MatchedImages images_;
};

}  // namespace

Status add_voc_ap(MetricRegistry& registry) { return registry.add<VocAP>(); }

}  // namespace goetia
