// The metrics of this build: one line each.
#include "metrics/metric.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)                \
    Status add_##name(MetricRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_metrics(MetricRegistry& registry) {
    GOETIA_ADD(accuracy);
    GOETIA_ADD(confusion_matrix);
    GOETIA_ADD(f1_score);
    GOETIA_ADD(precision);
    GOETIA_ADD(recall);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
