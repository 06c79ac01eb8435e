#include "component/registry.h"

#include "base/json.h"
#include "base/json_text.h"
#include "base/nearest.h"

namespace goetia {

ComponentInfo::ComponentInfo(Schema its_schema, std::string its_origin)
    : schema(std::move(its_schema)), origin(std::move(its_origin)) {}
ComponentInfo::~ComponentInfo() = default;

RegistryCore::RegistryCore(Kind kind) : kind_(kind) {}
RegistryCore::RegistryCore(RegistryCore&&) noexcept = default;
RegistryCore::~RegistryCore() = default;

Status RegistryCore::enter(std::unique_ptr<const ComponentInfo> component) {
    const std::string name = component->schema.name();
    const auto [place, is_new] = components_.try_emplace(name, std::move(component));
    if (is_new) return {};
    return make_error(Code::kWrongState, "{} '{}' is already registered by {}; give yours another name",
                      kind_name(kind_), name, place->second->origin);
}

std::vector<std::string> RegistryCore::names() const {
    std::vector<std::string> list;
    for (const auto& [name, component] : components_) list.push_back(name);
    return list;
}

std::vector<const ComponentInfo*> RegistryCore::components() const {
    std::vector<const ComponentInfo*> list;
    for (const auto& [name, component] : components_) list.push_back(component.get());
    return list;
}

Result<const ComponentInfo*> RegistryCore::find(const std::string& name) const {
    if (const auto found = components_.find(name); found != components_.end()) return found->second.get();
    const std::vector<std::string> known = names();
    const std::string near = nearest_name(name, known);
    return not_found("no {} '{}'; {}known: {}", kind_name(kind_), name,
                     near.empty() ? "" : fmt::format("did you mean '{}'? ", near), fmt::join(known, ", "));
}

Result<const ComponentInfo*> RegistryCore::checked(const Json& config, const std::string& path) const {
    if (!config.is_object() || !config.contains("type") || !config["type"].is_string()) {
        return invalid("{} needs a mapping with 'type' naming a {}, found {}", path, kind_name(kind_),
                       json_text(config));
    }
    auto found = find(config["type"].get<std::string>());
    if (!found) return std::move(found).error().within(path);
    const Schema& schema = (*found)->schema;
    if (std::vector<Fault> faults = schema.check(config, path); !faults.empty()) {
        Error error = invalid("{} '{}' cannot be made from {}", kind_name(kind_), schema.name(), path);
        error.faults = std::move(faults);
        return error;
    }
    return found;
}

Error RegistryCore::creation_error(Error error, const ComponentInfo& component, const std::string& path) const {
    return std::move(error).within(fmt::format("{} '{}' ({})", kind_name(kind_), component.schema.name(), path));
}

}  // namespace goetia
