// Registers every built-in format as a data set to train on, under the same name and with the same parameters.
#include "datasets/dataset.h"
#include "datasets/formats/annotated_dataset.h"

namespace goetia {

Status register_format_datasets(DatasetRegistry& registry) {
    ReaderRegistry readers(Kind::kDataset);
    GOETIA_TRY(register_builtin_readers(readers));
    for (const ReaderRegistry::Entry* entry : readers.entries()) {
        const auto make = [factory = entry->factory](const Args& args,
                                                     Split split) -> Result<std::shared_ptr<Dataset>> {
            Json section = args.json();
            const bool leave_out = section.at("faulty_objects") == "leave_out";
            section.erase("faulty_objects");
            GOETIA_ASSIGN(const auto reader, factory(Args(std::move(section))));
            GOETIA_ASSIGN(std::shared_ptr<Dataset> opened,
                          open_dataset(*reader, split, leave_out ? FaultyObjects::kLeaveOut : FaultyObjects::kRefuse));
            return opened;
        };
        Schema schema = Schema(entry->schema)
                            .with(text("faulty_objects",
                                       "What happens to boxes, outlines and runs with a fault: the run is refused, or "
                                       "they are left out, counted and reported")
                                      .one_of({"refuse", "leave_out"})
                                      .fallback("refuse"));
        GOETIA_TRY(registry.add_entry({std::move(schema), make, entry->origin}));
    }
    return {};
}

}  // namespace goetia
