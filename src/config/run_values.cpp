#include "config/run_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>

#include "base/json_path.h"
#include "base/nearest.h"
#include "config/config.h"

namespace goetia {

constexpr std::int64_t kLastSecond = 253'402'300'799;  // the end of the year 9999

Result<WallTime> composing_time() {
    const char* variable = std::getenv("SOURCE_DATE_EPOCH");
    if (variable == nullptr) return now();
    const std::string_view text = variable;
    std::int64_t seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (fault == std::errc() && end == text.data() + text.size() && seconds >= 0 && seconds <= kLastSecond)
        return WallTime(std::chrono::seconds(seconds));
    return invalid("SOURCE_DATE_EPOCH is '{}', which is not a time; it must be whole seconds since 1970", text);
}

namespace config {
namespace {

// "a=1,b=2": the name that Hydra gives a job's folder.
std::string override_dirname(std::vector<std::string> overrides) {
    std::sort(overrides.begin(), overrides.end());
    return fmt::format("{}", fmt::join(overrides, ","));
}

// The valid keys, of sections and values alike.
void collect_keys(const Json& value, const std::string& at, std::vector<std::string>& keys) {
    if (!at.empty()) keys.push_back(at);
    if (!value.is_object()) return;
    for (const auto& [key, item] : value.items()) collect_keys(item, at.empty() ? key : at + "." + key, keys);
}

}  // namespace

Json hydra_values(const ComposeRequest& request, const std::string& config_name, const Choices& choices,
                  const std::vector<std::string>& task_overrides) {
    Json chosen = Json::object();
    for (const auto& [group, option] : choices) chosen[group] = option ? Json(*option) : Json(nullptr);
    Json job{{"name", config_name.substr(config_name.rfind('/') + 1)},
             {"config_name", config_name},
             {"override_dirname", override_dirname(task_overrides)}};
    if (request.job_number) job["num"] = *request.job_number;
    return {{"job", std::move(job)},
            {"mode", request.job_number ? "MULTIRUN" : "RUN"},
            {"overrides", {{"task", task_overrides}}},
            {"runtime", {{"choices", std::move(chosen)}, {"cwd", std::filesystem::current_path().native()}}}};
}

Result<Json> hydra_value(const Json* hydra, const std::string& key) {
    if (hydra == nullptr)
        return invalid("'${{hydra:{}}}' is known only while a run is composed from its configs and overrides", key);
    if (const Json* value = find_at(*hydra, key)) return *value;
    if (key == "job.num") return invalid("'${{hydra:job.num}}' is the number of a sweep's job; add --multirun");
    std::vector<std::string> keys;
    collect_keys(*hydra, "", keys);
    const std::string near = nearest_name(key, keys);
    return not_found("there is no '${{hydra:{}}}' here{} (allowed: {})", key,
                     near.empty() ? "" : fmt::format(", did you mean '{}'?", near), fmt::join(keys, ", "));
}

Result<std::string> time_text(WallTime time, const std::string& pattern) {
    const auto microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count() % 1'000'000;
    std::string native = "|";  // so that an empty result differs from a buffer that is too small
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char kind = pattern[at] == '%' && at + 1 < pattern.size() ? pattern[++at] : '\0';
        if (kind == '\0') native += pattern[at];
        else if (kind == 'f') native += fmt::format("{:06}", microseconds);
        else if (kind != 'z' && kind != 'Z') native += {'%', kind};
    }
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 4096> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), native.c_str(), &local);
    if (size == 0) return invalid("the time pattern '{}' gives more than {} bytes", pattern, text.size());
    return std::string(text.data() + 1, size - 1);
}

}  // namespace config
}  // namespace goetia
