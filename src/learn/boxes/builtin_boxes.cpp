// What detectors do with boxes, component by component: one line each.
#include "component/builtin_list.h"
#include "learn/components.h"

namespace goetia {

Status register_builtin_boxes(Components& components) {
    GOETIA_ADD_TO(components.anchors, default_boxes);
    GOETIA_ADD_TO(components.anchors, grid_anchors);
    GOETIA_ADD_TO(components.anchors, point_anchors);
    GOETIA_ADD_TO(components.assigners, fcos_assigner);
    GOETIA_ADD_TO(components.assigners, max_iou_assigner);
    GOETIA_ADD_TO(components.assigners, task_aligned_assigner);
    GOETIA_ADD_TO(components.box_coders, delta_box_coder);
    GOETIA_ADD_TO(components.box_coders, distance_box_coder);
    GOETIA_ADD_TO(components.box_samplers, hard_negative_sampler);
    GOETIA_ADD_TO(components.box_samplers, random_box_sampler);
    return {};
}

}  // namespace goetia
