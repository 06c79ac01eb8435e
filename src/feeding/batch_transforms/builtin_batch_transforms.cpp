// Registers the built-in batch transforms: one line each.
#include "feeding/transform.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)                        \
    Status add_##name(BatchTransformRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_batch_transforms(BatchTransformRegistry& registry) {
    GOETIA_ADD(cutmix);
    GOETIA_ADD(mixup);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
