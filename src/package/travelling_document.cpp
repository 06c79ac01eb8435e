#include "package/travelling_document.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_path.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kDataMark = "@data/", kPackageMark = "@package/";

bool is_text(const Json& value) { return value.is_string() && !value.get_ref<const std::string&>().empty(); }
bool is_address(const std::string& text) { return text.find("://") != std::string::npos; }
bool names_folder(std::string_view key) { return key.ends_with("_dir") || key.ends_with("_folder"); }
bool names_file(std::string_view key) { return key == "path" || key.ends_with("_path") || key.ends_with("_file"); }

class DocumentTraveller {
  public:
    DocumentTraveller(Json& document, const fs::path& working_folder, PathsOf paths)
        : document_(document),
          is_here_(paths == PathsOf::kThisMachine),
          here_(is_here_ ? (fs::current_path() / working_folder).lexically_normal() : fs::path()) {}

    Result<TravellingParts> run() {
        if (const auto found = document_.find("dataset"); found != document_.end() && found->is_object()) {
            Json& dataset = *found;
            format_ = value_of_type_at<std::string>(dataset, "type", "");
            take_roots(dataset, "dataset");
            if (travelling_.data.empty()) take_table_folder(dataset);
            take_folders(dataset, "dataset");
        }
        take_files(document_, "", false);
        if (faults_.empty()) return std::move(travelling_);
        Error error = is_here_ ? make_error(Code::kNotFound, "data of the task are not there")
                               : invalid("the configuration names files that no node can have");
        error.faults = std::move(faults_);
        return error;
    }

  private:
    [[nodiscard]] fs::path absolute(const std::string& text) const { return (here_ / text).lexically_normal(); }

    // The mark for data at this path, which may lie in data that have a name already.
    std::string data_mark(const fs::path& path, const std::string& wanted_name) {
        for (const PackagedData& data : travelling_.data) {
            const fs::path inside = path.lexically_relative(data.source);
            if (inside == ".") return fmt::format("{}{}", kDataMark, data.name);
            if (!inside.empty() && *inside.begin() != "..")
                return fmt::format("{}{}/{}", kDataMark, data.name, inside.native());
        }
        std::string name = wanted_name;
        const auto is_taken = [&](const PackagedData& data) { return data.name == name; };
        for (int i = 2; std::ranges::any_of(travelling_.data, is_taken); ++i)
            name = fmt::format("{}_{}", wanted_name, i);
        travelling_.data.push_back({.name = name, .format = format_, .source = path, .certificates = {}});
        return fmt::format("{}{}", kDataMark, name);
    }

    void take_root(Json& value, const std::string& key) {
        if (!is_text(value) || is_address(value.get<std::string>())) return;
        const auto text = value.get<std::string>();
        const fs::path path = absolute(text);
        std::error_code code;
        if (text.starts_with(kDataMark)) return;
        if (!is_here_ && !path.is_absolute()) {
            faults_.push_back({.path = key,
                               .message = "is a relative path, and it is not known to what",
                               .found = text,
                               .allowed = "an absolute path of the nodes, or a registered data set"});
            return;
        }
        if (is_here_ && !fs::path(text).is_absolute() && !fs::exists(path, code)) {
            faults_.push_back({.path = key,
                               .message = fmt::format("there is no '{}'; name data that only the nodes have by an "
                                                      "absolute path",
                                                      path.native()),
                               .found = text});
            return;
        }
        fs::path folder = path;
        if (!folder.has_filename()) folder = folder.parent_path();  // "data/"
        value = data_mark(folder, "data");
    }

    void take_roots(Json& section, const std::string& path) {
        for (auto& [key, value] : section.items()) {
            const std::string at = fmt::format("{}.{}", path, key);
            if (key == "data_root") take_root(value, at);
            for (std::size_t i = 0; key == "data_roots" && value.is_array() && i < value.size(); ++i)
                take_root(value[i], fmt::format("{}[{}]", at, i));
            if (value.is_object()) take_roots(value, at);
        }
    }

    // A table without a root: the paths in it are relative to its own folder.
    void take_table_folder(Json& section) {
        for (auto& [key, value] : section.items()) {
            if (value.is_object()) take_table_folder(value);
            if (key != "ann_file" || !is_text(value)) continue;
            const fs::path file = absolute(value.get<std::string>());
            std::error_code code;
            if (is_here_ ? fs::is_regular_file(file, code) : file.is_absolute())
                value = data_mark(file.parent_path(), "data") + "/" + file.filename().native();
        }
    }

    // Relative names that are below a root stay: they are so at the node too.
    [[nodiscard]] bool is_below_root(const std::string& text) const {
        std::error_code code;
        if (!is_here_) return !fs::path(text).is_absolute() && !travelling_.data.empty();
        return !fs::path(text).is_absolute() && std::ranges::any_of(travelling_.data, [&](const PackagedData& data) {
            return fs::exists(fs::path(data.source) / text, code);
        });
    }

    void take_folders(Json& section, const std::string& path) {
        for (auto& [key, value] : section.items()) {
            if (value.is_object()) take_folders(value, fmt::format("{}.{}", path, key));
            if (!names_folder(key) || !is_text(value)) continue;
            const auto text = value.get<std::string>();
            std::error_code code;
            if (is_address(text) || text.starts_with(kDataMark) || is_below_root(text)) continue;
            const fs::path folder = absolute(text);
            if (is_here_ ? fs::is_directory(folder, code) : folder.is_absolute()) value = data_mark(folder, key);
        }
    }

    void take_files(Json& part, const std::string& path, bool in_dataset) {
        if (part.is_array()) {
            for (std::size_t i = 0; i < part.size(); ++i)
                take_files(part[i], fmt::format("{}[{}]", path, i), in_dataset);
        }
        if (!part.is_object()) return;
        // Weights of another source are named, not a file.
        const bool is_elsewhere = is_text(part.value("source", Json())) && part["source"] != "local";
        for (auto& [key, value] : part.items()) {
            const std::string at = path.empty() ? key : fmt::format("{}.{}", path, key);
            if (at == "components" || at == "experiment") continue;
            if (value.is_structured()) take_files(value, at, in_dataset || at == "dataset");
            else if (names_file(key) && is_text(value) && !(key == "path" && is_elsewhere))
                take_file(value, at, in_dataset);
        }
    }

    void take_file(Json& value, const std::string& key, bool in_dataset) {
        const auto text = value.get<std::string>();
        if (is_address(text) || text.starts_with(kDataMark) || (in_dataset && is_below_root(text))) return;
        const fs::path file = absolute(text);
        std::error_code code;
        if (is_here_ ? !fs::is_regular_file(file, code) : !file.is_absolute()) return;
        for (const PackagedData& data : travelling_.data) {
            const fs::path inside = file.lexically_relative(data.source);
            if (inside.empty() || *inside.begin() == "..") continue;
            value = data_mark(file, "");
            return;
        }
        if (!is_here_) {
            faults_.push_back(
                {.path = key,
                 .message = "is a file outside of the data, which is not read at the master",
                 .found = text,
                 .allowed = "a file below the data; or submit it with 'goetia task submit', which packs it"});
            return;
        }
        const std::string name = fmt::format("files/{}/{}", key, file.filename().native());
        travelling_.files.push_back({name, file, key});
        value = fmt::format("{}{}", kPackageMark, name);
    }

    Json& document_;
    bool is_here_;
    fs::path here_;
    std::string format_;  // of the data set
    TravellingParts travelling_;
    std::vector<Fault> faults_;
};

// "pipeline[1].size" as find_at() takes it: "pipeline.1.size".
std::string dotted(std::string path) {
    std::erase(path, ']');
    std::ranges::replace(path, '[', '.');
    return path;
}

}  // namespace

Result<TravellingParts> mark_paths(Json& document, const fs::path& working_folder, PathsOf paths) {
    return DocumentTraveller(document, working_folder, paths).run();
}

std::vector<Fault> environment_texts(const Json& document, const std::set<std::string>& from_environment) {
    std::vector<Fault> faults;
    for (const std::string& path : from_environment) {
        const Json* const value = find_at(document, dotted(path));
        if (value == nullptr || !is_text(*value)) continue;
        const auto& text = value->get_ref<const std::string&>();
        if (text.starts_with(kDataMark) || text.starts_with(kPackageMark)) continue;
        faults.push_back({.path = path, .message = "its text comes from the environment"});
    }
    return faults;
}

}  // namespace goetia
