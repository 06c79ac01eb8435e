// The data set formats of this build: one line each.
#include "data/dataset.h"

namespace goetia {

// Each component's own file defines add_<file name>().
#define GOETIA_ADD(name)                 \
    Status add_##name(DatasetRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_datasets(DatasetRegistry& registry) {
    GOETIA_ADD(image_folder);
    GOETIA_ADD(image_net);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
