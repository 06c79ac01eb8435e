#include "component/plugin_files.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/json_text.h"
#include "base/nearest.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAllowed = "a C++ source (.cpp, .cc, .cxx), a built plug-in (.so) or a folder of sources";

bool is_source(const fs::path& file) {
    constexpr std::array<std::string_view, 3> kEndings{".cpp", ".cc", ".cxx"};
    return std::find(kEndings.begin(), kEndings.end(), file.extension().native()) != kEndings.end();
}

std::vector<fs::path> sources_in(const fs::path& folder) {
    std::vector<fs::path> sources;
    std::error_code code;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
        if (is_source(entry.path()) && entry.is_regular_file(code)) sources.push_back(entry.path());
    }
    std::sort(sources.begin(), sources.end());
    return sources;
}

Fault missing(const std::string& name, const fs::path& place) {
    std::vector<std::string> siblings;
    std::error_code code;
    for (const fs::directory_entry& entry : fs::directory_iterator(place.parent_path(), code))
        siblings.push_back(entry.path().filename());
    return {.message = fmt::format("there is no '{}'", place.native()),
            .found = name,
            .allowed = kAllowed,
            .nearest = nearest_name(place.filename().native(), siblings)};
}

// The files that one name stands for, or a fault without its path.
struct Named {
    std::vector<fs::path> files;
    std::optional<Fault> fault;
};

Named look_up(const std::string& name, const fs::path& base) {
    fs::path place = fs::absolute(base / name).lexically_normal();
    if (!place.has_filename()) place = place.parent_path();  // "dir/"
    std::error_code code;
    if (fs::is_directory(place, code)) {
        Named named{.files = sources_in(place), .fault = {}};
        if (named.files.empty())
            named.fault = Fault{.message = "the folder holds no plug-in source",
                                .found = place,
                                .allowed = "files that end in .cpp, .cc or .cxx"};
        return named;
    }
    if (!fs::is_regular_file(place, code)) return {.files = {}, .fault = missing(name, place)};
    if (!is_source(place) && !is_plugin_library(place))
        return {.files = {}, .fault = Fault{.message = "is not a plug-in", .found = name, .allowed = kAllowed}};
    return {.files = {place}, .fault = {}};
}

}  // namespace

bool is_plugin_library(const fs::path& file) { return file.extension() == ".so"; }

Result<std::vector<std::string>> named_plugins(const Json& document) {
    std::vector<std::string> names;
    if (!document.is_object() || !document.contains("components") || document["components"].is_null()) return names;
    const Json& list = document["components"];
    const auto is_text = [](const Json& one) { return one.is_string() && !one.get<std::string>().empty(); };
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_text)) {
        return invalid("'components' must be a list of plug-in files and folders, found {}", json_text(list));
    }
    for (const Json& one : list) names.push_back(one.get<std::string>());
    return names;
}

Result<std::vector<fs::path>> find_plugins(const std::vector<std::string>& named, const fs::path& base) {
    std::vector<fs::path> files;
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < named.size(); ++i) {
        Named found = look_up(named[i], base);
        if (found.fault) {
            found.fault->path = fmt::format("components[{}]", i);
            faults.push_back(*std::move(found.fault));
        }
        for (fs::path& file : found.files) {
            if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(std::move(file));
        }
    }
    if (faults.empty()) return files;
    Error error = make_error(Code::kNotFound, "cannot use {} of the {} plug-ins named in 'components'", faults.size(),
                             named.size());
    error.faults = std::move(faults);
    return error;
}

}  // namespace goetia
