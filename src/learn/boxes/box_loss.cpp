#include "learn/boxes/box_loss.h"

#include "base/json.h"
#include "learn/components.h"

namespace goetia {

Result<std::shared_ptr<Loss>> make_summed_loss(const Args& args, const std::string& key, const BuildContext& context) {
    Json section = args.get<Json>(key);
    if (section.is_object() && section.contains("type") && section["type"].is_string()) {
        GOETIA_ASSIGN(const auto* entry, context.components.losses.find(section["type"].get<std::string>()));
        if (section.value("reduction", Json("sum")) != "sum")
            return invalid("'{}.reduction' is {}, but this head divides by the objects it counts; leave it out", key,
                           section["reduction"].dump());
        if (entry->schema.find("reduction") != nullptr) section["reduction"] = "sum";
    }
    return context.components.losses.make(section, key);
}

}  // namespace goetia
