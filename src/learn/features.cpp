#include "learn/features.h"

namespace goetia {

const std::vector<std::string>& available_features() {
    static const std::vector<std::string> kFeatures{
        "model.pretrained",
        "optimizer.layer_decay",
        "training.distributed.gloo",
        "training.early_stopping",
        "training.ema",
        "training.gradient_clip",
        "training.mixed_precision",
        "visualization.confusion_matrix",
        "visualization.pr_curve",
        "visualization.predictions",
        "visualization.roc_curve",
    };
    return kFeatures;
}

}  // namespace goetia
