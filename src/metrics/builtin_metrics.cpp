// The metrics of this build: one line each.
#include "component/builtin_list.h"
#include "metrics/metric.h"

namespace goetia {

std::vector<double> summed(std::span<const std::vector<double>> states) {
    std::vector<double> sums;
    for (const std::vector<double>& state : states) {
        sums.resize(std::max(sums.size(), state.size()));
        for (std::size_t i = 0; i < state.size(); ++i) sums[i] += state[i];
    }
    return sums;
}

Status register_builtin_metrics(MetricRegistry& registry) {
    GOETIA_ADD(accuracy);
    GOETIA_ADD(agreement);
    GOETIA_ADD(average_precision);
    GOETIA_ADD(calibration_error);
    GOETIA_ADD(coco_ap);
    GOETIA_ADD(confusion_matrix);
    GOETIA_ADD(f1_score);
    GOETIA_ADD(mean_absolute_error);
    GOETIA_ADD(mean_iou);
    GOETIA_ADD(multilabel_ap);
    GOETIA_ADD(multilabel_f1);
    GOETIA_ADD(precision);
    GOETIA_ADD(r2);
    GOETIA_ADD(recall);
    GOETIA_ADD(roc_auc);
    GOETIA_ADD(root_mean_squared_error);
    GOETIA_ADD(subject_error);
    GOETIA_ADD(voc_ap);
    return {};
}

}  // namespace goetia
