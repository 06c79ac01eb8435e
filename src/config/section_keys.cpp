#include "config/section_keys.h"

#include <map>

#include "base/json_path.h"

namespace goetia {
namespace {

const std::map<std::string, std::vector<std::string>, std::less<>>& table() {
    static const std::map<std::string, std::vector<std::string>, std::less<>> kTable{
#include "section_keys.inc"
    };
    return kTable;
}

}  // namespace

const std::vector<std::string>& section_keys(std::string_view section) {
    static const std::vector<std::string> kNone;
    const auto found = table().find(section);
    return found == table().end() ? kNone : found->second;
}

std::vector<std::string> sections_with_keys() {
    std::vector<std::string> names;
    for (const auto& [section, keys] : table()) names.push_back(section);
    return names;
}

Json component_part(const Json& document, std::string_view section) {
    Json part = section_at(document, section);
    if (!part.is_object()) return part;
    for (const std::string& key : section_keys(section)) part.erase(key);
    return part;
}

}  // namespace goetia
