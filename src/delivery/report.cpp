#include "delivery/report.h"

#include <array>

#include <fmt/format.h>

#include "base/json.h"

namespace goetia {
namespace {

constexpr std::array<std::string_view, 4> kStates{"verified", "not verified here", "rejected", "failed"};

std::string number_text(const Json& holder, const char* key, const char* format) {
    if (!holder.contains(key) || holder[key].is_null()) return "-";
    return holder[key].is_number() ? fmt::format(fmt::runtime(format), holder[key].get<double>())
                                   : holder[key].get<std::string>();
}

std::string size_text(const Json& artifact) { return number_text(artifact, "megabytes", "{:.2f} MB"); }

// Of the runtimes that an artifact was computed by, the first.
Json first_check(const Json& artifact) {
    return artifact.contains("checks") && !artifact["checks"].empty() ? artifact["checks"][0] : Json::object();
}

std::string metric_text(const Json& values) {
    std::string text;
    for (const auto& [name, value] : values.items()) {
        if (value.is_number()) text += fmt::format("{}{} {:.4f}", text.empty() ? "" : ", ", name, value.get<double>());
    }
    return text.empty() ? "-" : text;
}

}  // namespace

std::string_view artifact_state_name(ArtifactState state) { return kStates[static_cast<std::size_t>(state)]; }

std::string report_tables(const Json& report) {
    std::string text =
        "| export | state | largest difference | of the spread | p50 | p95 | images/s | size "
        "|\n|---|---|---|---|---|---|---|---|\n";
    for (const Json& artifact : report["artifacts"]) {
        const Json check = first_check(artifact);
        const Json difference = check.value("difference", Json::object()), speed = check.value("speed", Json::object());
        text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", artifact["export"].get<std::string>(),
                            artifact["state"].get<std::string>(), number_text(difference, "max", "{:.2e}"),
                            number_text(difference, "relative", "{:.2e}"), number_text(speed, "p50_ms", "{:.2f} ms"),
                            number_text(speed, "p95_ms", "{:.2f} ms"),
                            number_text(speed, "images_per_second", "{:.1f}"), size_text(artifact));
    }
    if (!report.contains("metrics")) return text;
    text += "\n| metrics of the val split | values |\n|---|---|\n";
    text += fmt::format("| model | {} |\n", metric_text(report["metrics"]));
    for (const Json& artifact : report["artifacts"]) {
        const Json check = first_check(artifact);
        if (check.contains("metrics"))
            text += fmt::format("| {} | {} |\n", artifact["export"].get<std::string>(), metric_text(check["metrics"]));
    }
    return text;
}

std::string report_page(const Json& report) {
    const Json& source = report["source"];
    std::string text = fmt::format("# Export of {}\n\nCheckpoint `{}`, sha256 `{}`, input {}.\n\n",
                                   source["experiment"].get<std::string>(), source["checkpoint"].get<std::string>(),
                                   source["sha256"].get<std::string>(), report["input"].dump());
    text += report_tables(report);
    for (const Json& artifact : report["artifacts"]) {
        text += fmt::format("\n## {}\n\n{}.\n", artifact["export"].get<std::string>(),
                            artifact["state"].get<std::string>());
        if (artifact.contains("reason")) text += fmt::format("\n{}\n", artifact["reason"].get<std::string>());
        for (const Json& file : artifact.value("files", Json::array()))
            text += fmt::format("\n- `{}`, sha256 `{}`", file["name"].get<std::string>(),
                                file["sha256"].get<std::string>());
        for (const Json& check : artifact.value("checks", Json::array())) {
            text += fmt::format("\n- {}: ", check["runtime"].get<std::string>());
            if (check.contains("reason")) text += check["reason"].get<std::string>();
            else text += fmt::format("difference {}", check["difference"].dump());
            if (check.contains("first_difference"))
                text += fmt::format("; differs first at `{}` of layer `{}`",
                                    check["first_difference"]["value"].get<std::string>(),
                                    check["first_difference"]["layer"].get<std::string>());
        }
        text += "\n";
    }
    return text;
}

}  // namespace goetia
