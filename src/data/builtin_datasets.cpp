// Every built-in format is a data set to train on, under the same name and with the same parameters.
#include "data/dataset.h"
#include "data/formats/annotated_dataset.h"

namespace goetia {

Status add_packed(DatasetRegistry& registry);

Status register_builtin_datasets(DatasetRegistry& registry) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    for (const auto& [name, entry] : readers.entries()) {
        const auto make = [factory = entry.factory](const Args& args, Split split) -> Result<std::shared_ptr<Dataset>> {
            GOETIA_ASSIGN(const auto reader, factory(args));
            GOETIA_ASSIGN(std::shared_ptr<Dataset> opened, open_dataset(*reader, split));
            return opened;
        };
        GOETIA_TRY(registry.add_entry({entry.schema, make, entry.origin}));
    }
    // Packed sets are no format to convert from: their pictures have no files.
    return add_packed(registry);
}

}  // namespace goetia
