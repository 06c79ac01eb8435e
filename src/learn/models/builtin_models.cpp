// The models of this build and their parts: one line each.
#include "learn/components.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(List, list, name) \
    Status add_##name(List&);        \
    GOETIA_TRY(add_##name(components.list))

Status register_builtin_models(Components& components) {
    GOETIA_ADD(ModelRegistry, models, image_model);
    GOETIA_ADD(ModelRegistry, models, torchscript_model);
    GOETIA_ADD(BackboneRegistry, backbones, resnet);
    GOETIA_ADD(NeckRegistry, necks, global_average_pooling);
    GOETIA_ADD(HeadRegistry, heads, linear_cls_head);
    GOETIA_ADD(HeadRegistry, heads, linear_reg_head);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
