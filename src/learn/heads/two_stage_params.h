// The parameters of both stages; their defaults are torchvision's.
#pragma once

#include "component/schema.h"
#include "learn/boxes/selection.h"

namespace goetia {

// "anchors" and "rpn_..." of the first stage; "box_...", "norm_cfg" and those of the selection of the second, and with
// masks "mask_...".
Schema with_two_stage_params(Schema schema, bool with_masks);

// torchvision compares any number of boxes; this one's limit is rarely reached.
Selection two_stage_selection();

// Where the loss of boxes turns from a square to a line, in units of the codes.
inline constexpr double kStageBeta = 1.0 / 9;

}  // namespace goetia
