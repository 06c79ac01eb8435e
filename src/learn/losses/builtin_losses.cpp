// The losses of this build: one line each.
#include "component/builtin_list.h"
#include "learn/components.h"

namespace goetia {

Status register_builtin_losses(LossRegistry& registry) {
    GOETIA_ADD(binary_cross_entropy_loss);
    GOETIA_ADD(cross_entropy_loss);
    GOETIA_ADD(dice_loss);
    GOETIA_ADD(huber_loss);
    GOETIA_ADD(iou_loss);
    GOETIA_ADD(l1_loss);
    GOETIA_ADD(lovasz_loss);
    GOETIA_ADD(mse_loss);
    GOETIA_ADD(ohem_cross_entropy_loss);
    GOETIA_ADD(sigmoid_focal_loss);
    GOETIA_ADD(smooth_l1_loss);
    GOETIA_ADD(softmax_focal_loss);
    GOETIA_ADD(sum_loss);
    GOETIA_ADD(tversky_loss);
    return {};
}

}  // namespace goetia
