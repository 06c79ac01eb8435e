#include "run/world_size.h"

#include "base/json_path.h"

namespace goetia {

Result<int> world_size(const Json& document) {
    const Json& section = section_at(document, "training.distributed");
    // As in the contract: a section that is present is used unless it says otherwise.
    if (!section.is_object() || !value_at(section, "enabled", true)) return 1;
    const Json& world = section_at(section, "world_size");
    // On the CPU the machine counts as one device: more ranks must be requested by number.
    if (world.is_null() || world == "auto") return 1;
    if (!world.is_number_integer() || world.get<int>() < 1) {
        return invalid("training.distributed.world_size must be 'auto' or a whole number from 1, found {}",
                       world.dump());
    }
    return world.get<int>();
}

}  // namespace goetia
