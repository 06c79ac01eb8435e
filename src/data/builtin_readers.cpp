// The data set formats of this build: one line each. Each format's own file defines add_<file name>().
#include "data/formats/reader.h"

namespace goetia {

#define GOETIA_ADD(name)                \
    Status add_##name(ReaderRegistry&); \
    GOETIA_TRY(add_##name(registry))

Status register_builtin_readers(ReaderRegistry& registry) {
    GOETIA_ADD(coco);
    GOETIA_ADD(image_folder);
    GOETIA_ADD(image_net);
    GOETIA_ADD(semantic_masks);
    GOETIA_ADD(voc);
    GOETIA_ADD(yolo);
    return {};
}

#undef GOETIA_ADD

}  // namespace goetia
