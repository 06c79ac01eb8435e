// The models of this build and their parts: one line each.
#include "component/builtin_list.h"
#include "learn/components.h"

namespace goetia {

Status register_builtin_models(Components& components) {
    GOETIA_ADD_TO(components.models, image_model);
    GOETIA_ADD_TO(components.models, semantic_segmenter);
    GOETIA_ADD_TO(components.models, torchscript_model);
    GOETIA_ADD_TO(components.backbones, mobilenet_v3);
    GOETIA_ADD_TO(components.backbones, resnet);
    GOETIA_ADD_TO(components.backbones, ssd_vgg16);
    GOETIA_ADD_TO(components.backbones, ssdlite_mobilenet_v3);
    GOETIA_ADD_TO(components.backbones, unet_encoder);
    GOETIA_ADD_TO(components.backbones, vgg);
    GOETIA_ADD_TO(components.backbones, yolo_backbone);
    GOETIA_ADD_TO(components.necks, fpn);
    GOETIA_ADD_TO(components.necks, global_average_pooling);
    GOETIA_ADD_TO(components.necks, pan);
    GOETIA_ADD_TO(components.necks, yolo_pan);
    GOETIA_ADD_TO(components.heads, deeplabv3_head);
    GOETIA_ADD_TO(components.heads, deeplabv3plus_head);
    GOETIA_ADD_TO(components.heads, fcn_head);
    GOETIA_ADD_TO(components.heads, fcos_head);
    GOETIA_ADD_TO(components.heads, fpn_fcn_head);
    GOETIA_ADD_TO(components.heads, linear_cls_head);
    GOETIA_ADD_TO(components.heads, linear_multilabel_head);
    GOETIA_ADD_TO(components.heads, linear_reg_head);
    GOETIA_ADD_TO(components.heads, lraspp_head);
    GOETIA_ADD_TO(components.heads, mlp_cls_head);
    GOETIA_ADD_TO(components.heads, retina_head);
    GOETIA_ADD_TO(components.heads, ssd_head);
    GOETIA_ADD_TO(components.heads, two_stage_head);
    GOETIA_ADD_TO(components.heads, unet_head);
    GOETIA_ADD_TO(components.heads, yolo_dual_head);
    GOETIA_ADD_TO(components.heads, yolo_head);
    GOETIA_ADD_TO(components.heads, yolo_seg_head);
    return {};
}

}  // namespace goetia
