#include "agent/attempts/map_paths.h"

#include <fmt/ranges.h>

#include "archive/entry_path.h"
#include "base/json.h"

namespace goetia {
namespace {

constexpr std::string_view kData = "@data/", kPackage = "@package/";

Result<std::filesystem::path> below(const std::filesystem::path& folder, std::string_view rest, std::string_view text) {
    if (rest.empty()) return folder;
    const auto inside = entry_path(rest);
    if (!inside) return invalid("'{}' {}", text, inside.error().message);
    return folder / *inside;
}

Result<std::filesystem::path> mapped(std::string_view text, const NodePaths& paths) {
    if (text.starts_with(kPackage)) return below(paths.package, text.substr(kPackage.size()), text);
    const std::string_view named = text.substr(kData.size());
    const std::string name(named.substr(0, named.find('/')));
    const auto data = paths.data.find(name);
    if (data == paths.data.end()) {
        std::vector<std::string> names;
        for (const auto& [known, path] : paths.data) names.push_back(known);
        return invalid("'{}' names data that the task does not bring (allowed: {})", text, fmt::join(names, ", "));
    }
    return below(data->second, named.size() > name.size() ? named.substr(name.size() + 1) : "", text);
}

}  // namespace

Status map_paths(Json& document, const NodePaths& paths) {
    if (document.is_structured()) {
        for (Json& part : document) GOETIA_TRY(map_paths(part, paths));
        return {};
    }
    if (!document.is_string()) return {};
    const std::string text = document.get<std::string>();
    if (!text.starts_with(kData) && !text.starts_with(kPackage)) return {};
    GOETIA_ASSIGN(const std::filesystem::path path, mapped(text, paths));
    document = path.native();
    return {};
}

}  // namespace goetia
