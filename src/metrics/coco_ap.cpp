#include <limits>
#include <map>
#include <optional>

#include "metrics/coco_match.h"
#include "metrics/coco_summary.h"
#include "metrics/detection_confusion.h"
#include "metrics/matched_images.h"
#include "metrics/metric.h"
#include "metrics/object_pairs.h"

namespace goetia {
namespace {

constexpr std::array<const char*, 12> kNames{"mAP",   "mAP_50", "mAP_75",  "mAP_small", "mAP_medium", "mAP_large",
                                             "mAR_1", "mAR_10", "mAR_100", "mAR_small", "mAR_medium", "mAR_large"};

// What was gathered with one way of comparing objects.
struct Gathered {
    IouType type;
    MatchedImages images;
    bool comparable = true;  // false once masks could not be compared: nothing is known then

    void add(std::int64_t number, const std::vector<FoundObject>& found, const std::vector<Instance>& truth,
             const ObjectPairs& pairs) {
        comparable = comparable && pairs.comparable();
        struct OfClass {
            std::vector<std::size_t> found, truth;
        };
        std::map<std::int64_t, OfClass> classes;
        for (std::size_t i = 0; i < found.size(); ++i) classes[found[i].label].found.push_back(i);
        for (std::size_t i = 0; i < truth.size(); ++i) classes[truth[i].label].truth.push_back(i);
        CocoMatcher matcher;
        for (const auto& [label, own] : classes) {
            CocoImage image;
            for (const std::size_t one : own.truth)
                image.truths.push_back(
                    {.area = truth[one].area, .crowd = truth[one].crowd, .ignored = truth[one].difficult});
            for (const std::size_t one : own.found) {
                image.scores.push_back(found[one].score), image.areas.push_back(pairs.found_area(one));
                for (const std::size_t other : own.truth) image.overlaps.push_back(pairs.overlap(one, other));
            }
            Matched matched;
            matcher.match(image, matched);
            images.add(number, label, std::move(matched));
        }
    }
};

class CocoAP final : public Metric {
  public:
    CocoAP(const Args& args, std::int64_t classes)
        : classes_(classes), confusion_(classes, args.number("matrix_score")) {
        for (const std::string& name : args.list<std::string>("iou_types"))
            gathered_.push_back({.type = name == "segm" ? IouType::kMasks : IouType::kBoxes, .images = {}});
    }

    static Result<std::unique_ptr<CocoAP>> make(const Args& args, std::int64_t classes) {
        const auto types = args.list<std::string>("iou_types");
        if (types.empty() || (types.size() == 2 && types[0] == types[1]) || types.size() > 2)
            return invalid("iou_types must name bbox, segm or both, each once");
        return std::make_unique<CocoAP>(args, classes);
    }

    static Schema schema() {
        return Schema(
                   "CocoAP",
                   "COCO's twelve numbers, as pycocotools': mean average precision and recall over IoU 0.50 to 0.95, "
                   "at most 100 objects an image, by the areas of the annotations; difficult objects count for "
                   "nothing, as crowds; not a number where there is nothing to find")
            .with(texts("iou_types",
                        "what is compared: boxes (bbox), masks (segm, whose values begin with mask_) or both")
                      .one_of({"bbox", "segm"})
                      .fallback({"bbox"}))
            .with(number("matrix_score", "the least score of the objects in the confusion matrix").fallback(0.25))
            .for_tasks({task_name(Task::kDetection), task_name(Task::kInstance)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        const auto& rows = std::get<FoundObjects>(found).rows;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (Gathered& one : gathered_) {
                const ObjectPairs pairs(one.type, rows[row], truth.objects[row]);
                one.add(one.images.number_of(truth, row), rows[row], truth.objects[row], pairs);
                if (&one == &gathered_[0]) confusion_.add(rows[row], truth.objects[row], pairs);
            }
        }
    }

    void reset() override {
        confusion_.clear();
        for (Gathered& one : gathered_) one.images.clear(), one.comparable = true;
    }

    // The matrix; then for each way of comparing whether it could be, the length of its images' state, and that.
    [[nodiscard]] std::vector<double> state() const override {
        std::vector<double> state = confusion_.state();
        for (const Gathered& one : gathered_) {
            const std::vector<double> images = one.images.state();
            state.insert(state.end(), {one.comparable ? 1.0 : 0.0, static_cast<double>(images.size())});
            state.insert(state.end(), images.begin(), images.end());
        }
        return state;
    }

    void join(std::span<const std::vector<double>> ranks) override {
        const std::size_t cells = confusion_.state().size();
        std::vector<std::vector<double>> matrices;
        std::vector<std::span<const double>> rest;
        for (const std::vector<double>& state : ranks) {
            matrices.emplace_back(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(cells));
            rest.push_back(std::span(state).subspan(cells));
        }
        confusion_.set_state(summed(matrices));
        for (Gathered& one : gathered_) {
            std::vector<std::span<const double>> images;
            one.comparable = true;
            for (std::span<const double>& left : rest) {
                one.comparable = one.comparable && left[0] != 0;
                const auto length = static_cast<std::size_t>(left[1]);
                images.push_back(left.subspan(2, length));
                left = left.subspan(2 + length);
            }
            one.images.join(images);
        }
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        std::vector<MetricValue> values;
        for (const Gathered& one : gathered_) {
            const CocoSummary summary = summarize_coco(one.images.by_class(classes_));
            const char* const prefix = one.type == IouType::kMasks ? "mask_" : "";
            for (std::size_t i = 0; i < kNames.size(); ++i) {
                const bool is_defined = one.comparable && summary.stats[i] >= 0;
                values.push_back({fmt::format("{}{}", prefix, kNames[i]),
                                  is_defined ? summary.stats[i] : std::numeric_limits<double>::quiet_NaN()});
            }
        }
        return values;
    }

    // Of the first way of comparing: precision at COCO's recalls, whose area is AP50, and the confusion matrix, whose
    // last row and column are the background.
    [[nodiscard]] std::vector<Drawing> drawings() const override {
        if (!gathered_[0].comparable) return {};
        CurvesDrawing curves;
        for (const Matched& matched : gathered_[0].images.by_class(classes_)) {
            CurvesDrawing::Curve& curve = curves.classes.emplace_back();
            curve.y = coco_precisions(matched);
            for (std::size_t i = 0; i < curve.y.size(); ++i)
                curve.x.push_back(coco_recall(i)), curve.score += curve.y[i];
            curve.score = curve.y.empty() ? std::numeric_limits<double>::quiet_NaN()
                                          : curve.score / static_cast<double>(curve.y.size());
        }
        return {{"confusion_matrix", confusion_.drawing()}, {"pr_curve", std::move(curves)}};
    }

  private:
    std::int64_t classes_;
    std::vector<Gathered> gathered_;
    DetectionConfusion confusion_;
};

}  // namespace

Status add_coco_ap(MetricRegistry& registry) { return registry.add<CocoAP>(); }

}  // namespace goetia
