// The built-in data set formats, one line each. The file of a format defines add_<file name>().
#include "component/builtin_list.h"
#include "datasets/formats/reader.h"
#include "datasets/splits/split_reader.h"

namespace goetia {

Status register_builtin_readers(ReaderRegistry& registry) {
    ReaderRegistry formats(Kind::kDataset);
    GOETIA_ADD_TO(formats, coco);
    GOETIA_ADD_TO(formats, image_folder);
    GOETIA_ADD_TO(formats, image_net);
    GOETIA_ADD_TO(formats, multi_source);
    GOETIA_ADD_TO(formats, semantic_masks);
    GOETIA_ADD_TO(formats, table);
    GOETIA_ADD_TO(formats, voc);
    GOETIA_ADD_TO(formats, yolo);
    for (const ReaderRegistry::Entry* entry : formats.entries()) GOETIA_TRY(registry.add_entry(with_split(*entry)));
    return {};
}

}  // namespace goetia
