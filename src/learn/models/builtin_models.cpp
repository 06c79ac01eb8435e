#include "learn/components.h"
#include "learn/models/image_classifier.h"
#include "learn/models/linear_cls_head.h"
#include "learn/models/resnet.h"
#include "learn/models/torchscript_model.h"

namespace goetia {

Status register_builtin_models(Components& components) {
    GOETIA_TRY(components.models.add<ImageClassifier>());
    GOETIA_TRY(components.models.add<TorchScriptModel>());
    GOETIA_TRY(components.backbones.add<ResNet>());
    GOETIA_TRY(components.necks.add<GlobalAveragePooling>());
    GOETIA_TRY(components.heads.add<LinearClsHead>());
    return {};
}

}  // namespace goetia
