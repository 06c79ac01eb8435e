// The built-in data set formats, one line each. The file of a format defines add_<file name>().
#include "component/builtin_list.h"
#include "datasets/formats/reader.h"
#include "datasets/splits/split_reader.h"

namespace goetia {

static Status register_formats(ReaderRegistry& registry) {
    GOETIA_ADD(coco);
    GOETIA_ADD(image_folder);
    GOETIA_ADD(image_net);
    GOETIA_ADD(multi_source);
    GOETIA_ADD(semantic_masks);
    GOETIA_ADD(table);
    GOETIA_ADD(voc);
    GOETIA_ADD(yolo);
    return {};
}

// Each format also divides its training split where dataset.split asks for it.
Status register_builtin_readers(ReaderRegistry& registry) {
    ReaderRegistry formats(Kind::kDataset);
    GOETIA_TRY(register_formats(formats));
    for (const ReaderRegistry::Entry* entry : formats.entries()) GOETIA_TRY(registry.add_entry(with_split(*entry)));
    return {};
}

}  // namespace goetia
