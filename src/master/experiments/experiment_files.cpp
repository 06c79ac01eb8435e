#include "master/experiments/experiment_files.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr std::int64_t kLargestEnvironment = 1 << 20;  // bytes

std::string opened_text(const std::filesystem::path& path, std::int64_t most) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid()) return {};
    std::string bytes(static_cast<std::size_t>(most), '\0');
    const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

void collect_texts(const Json& part, const std::string& name, Json& texts) {
    if (part.is_object()) {
        for (const auto& [key, value] : part.items())
            collect_texts(value, name.empty() ? key : name + "." + key, texts);
    } else if (!part.is_null()) {
        texts[name] = part.is_string() ? part.get<std::string>() : json_text(part);
    }
}

}  // namespace

std::vector<ExperimentLog> experiment_logs(const std::filesystem::path& experiment) {
    std::vector<ExperimentLog> logs;
    std::error_code code;
    for (std::filesystem::directory_iterator entry(experiment / "logs", code), end; !code && entry != end;
         entry.increment(code)) {
        std::error_code gone;
        if (!entry->is_regular_file(gone) || entry->is_symlink(gone) || gone) continue;
        const auto bytes = entry->file_size(gone);
        if (!gone) logs.push_back({"logs/" + entry->path().filename().string(), static_cast<std::int64_t>(bytes)});
    }
    std::ranges::sort(logs, {}, &ExperimentLog::name);
    return logs;
}

Result<std::string> read_log(const std::filesystem::path& experiment, const std::string& name, std::int64_t offset,
                             std::int64_t most) {
    const std::vector<ExperimentLog> logs = experiment_logs(experiment);
    const auto named = std::ranges::find(logs, name, &ExperimentLog::name);
    if (named == logs.end()) return not_found("the experiment has no log '{}'", name);
    const std::filesystem::path path = experiment / named->name;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.valid()) return not_found("the experiment has no log '{}' any more", name);
    std::string bytes(static_cast<std::size_t>(most), '\0');
    const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0) return os_error("read", path.native(), errno);
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
}

Json environment_of(const std::filesystem::path& experiment) {
    const Result<Json> read =
        parse_json(opened_text(experiment / "environment.json", kLargestEnvironment), "environment");
    if (!read || !read->is_object()) return nullptr;
    Json texts = Json::object();
    collect_texts(*read, "", texts);
    return texts;
}

}  // namespace goetia
