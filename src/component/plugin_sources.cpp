// The files that belong to a plug-in, and the copy of them that an experiment keeps.
#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_text.h"
#include "base/path_within.h"
#include "component/plugin_files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The name in `#include "name"`, or nothing.
std::optional<std::string> quoted_include(std::string_view line) {
    const auto skip_blanks = [&line] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
    skip_blanks();
    if (!line.starts_with('#')) return std::nullopt;
    line.remove_prefix(1);
    skip_blanks();
    if (!line.starts_with("include")) return std::nullopt;
    line.remove_prefix(7);
    skip_blanks();
    if (!line.starts_with('"')) return std::nullopt;
    const std::size_t end = line.find('"', 1);
    return end == std::string_view::npos ? std::nullopt : std::optional(std::string(line.substr(1, end - 1)));
}

std::vector<std::string> quoted_includes(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto name = quoted_include(text.substr(0, end))) names.push_back(*std::move(name));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

// The folders that plug-ins come from, in order; each is copied separately so that equally named headers do not
// collide.
std::map<fs::path, fs::path> places_for(const std::vector<fs::path>& files) {
    std::map<fs::path, fs::path> places;
    for (const fs::path& file : files) places.try_emplace(file.parent_path());
    int number = 0;
    for (const fs::path& file : files) {
        fs::path& place = places[file.parent_path()];
        if (place.empty())
            place = places.size() == 1 ? fs::path("components") : fs::path("components") / std::to_string(++number);
    }
    return places;
}

}  // namespace

Result<std::vector<fs::path>> plugin_sources(const fs::path& source) {
    std::vector<fs::path> parts{source};
    if (is_plugin_library(source)) return parts;
    const fs::path folder = source.parent_path();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        GOETIA_ASSIGN(const std::string text, read_file(parts[i]));
        for (const std::string& name : quoted_includes(text)) {
            const fs::path header = (parts[i].parent_path() / name).lexically_normal();
            std::error_code code;
            // A header that is not there is Goetia's or the system's: the compiler finds it, or reports that it does
            // not.
            if (!fs::is_regular_file(header, code) || std::find(parts.begin(), parts.end(), header) != parts.end())
                continue;
            if (!is_path_within(header, folder)) {
                return invalid(
                    "'{}' includes '{}', which lies outside the plug-in's folder '{}'; put it there, so that an "
                    "experiment can keep a complete copy",
                    parts[i].filename().native(), name, folder.native());
            }
            parts.push_back(header);
        }
    }
    return parts;
}

Result<std::vector<std::string>> copy_plugins(const std::vector<fs::path>& files, const fs::path& experiment) {
    std::vector<std::string> kept;
    const std::map<fs::path, fs::path> places = places_for(files);
    Json manifest = Json::array();
    for (const fs::path& file : files) {
        GOETIA_ASSIGN(const std::vector<fs::path> parts, plugin_sources(file));
        const fs::path& place = places.at(file.parent_path());
        for (const fs::path& part : parts) {
            const fs::path copy = place / part.lexically_relative(file.parent_path());
            GOETIA_ASSIGN(const std::string bytes, read_file(part));
            GOETIA_TRY(make_folders((experiment / copy).parent_path()));
            GOETIA_TRY(write_file_atomic(experiment / copy, bytes));
            const Json entry{{"file", copy.native()}, {"sha256", sha256_hex(bytes)}};
            if (std::find(manifest.begin(), manifest.end(), entry) == manifest.end()) manifest.push_back(entry);
        }
        kept.push_back(place / file.filename());
    }
    if (!files.empty())
        GOETIA_TRY(write_file_atomic(experiment / "components" / "manifest.json", json_text(manifest, 2) + "\n"));
    return kept;
}

}  // namespace goetia
