// Registers the built-in batch transforms: one line each.
#include "component/builtin_list.h"
#include "feeding/transform.h"

namespace goetia {

Status register_builtin_batch_transforms(BatchTransformRegistry& registry) {
    GOETIA_ADD(cutmix);
    GOETIA_ADD(mixup);
    return {};
}

}  // namespace goetia
