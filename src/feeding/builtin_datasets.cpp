// Registers the built-in data sets: every format, and Packed, which cannot be converted from.
#include "datasets/dataset.h"
#include "datasets/formats/reader.h"

namespace goetia {

Status add_packed(DatasetRegistry& registry);

Status register_builtin_datasets(DatasetRegistry& registry) {
    GOETIA_TRY(register_format_datasets(registry));
    return add_packed(registry);  // its images have no files
}

}  // namespace goetia
