// The losses of this build: one line each.
#include "learn/components.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)              \
    Status add_##name(LossRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_losses(LossRegistry& registry) {
    GOETIA_ADD(cross_entropy_loss);
    GOETIA_ADD(huber_loss);
    GOETIA_ADD(l1_loss);
    GOETIA_ADD(mse_loss);
    GOETIA_ADD(smooth_l1_loss);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
