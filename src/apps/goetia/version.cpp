// goetia version: what this build is, and what it supports.
#include "apps/goetia/command.h"
#include "experiment/environment.h"
#include "run/component_catalogue.h"

namespace goetia::cli {
namespace {

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

Result<Outcome> version() {
    Json json = {{"version", GOETIA_VERSION}, {"compiler", compiler()}, {"cxx", __cplusplus}};
    std::string text = fmt::format("goetia {} ({})\n", GOETIA_VERSION, compiler());
    json["git"] = nullptr;
    const std::filesystem::path checkout = own_checkout();
    if (const Json git = checkout.empty() ? Json() : git_head(checkout); git.is_object()) {
        json["git"] = {{"commit", git["commit"]}, {"dirty", git["dirty"]}};
        const std::string commit = git["commit"].is_string() ? git["commit"].get<std::string>() : "no commit";
        text += fmt::format("from {}{}\n", commit, git["dirty"] == true ? ", with local changes" : "");
    }
    if (const auto catalogue = load_catalogue()) {
        json["features"] = catalogue->features;
        json["components"] = catalogue->components.size();
        text += fmt::format("{} components", catalogue->components.size());
        std::string features;
        for (const std::string& feature : catalogue->features)
            features += (features.empty() ? "; supports: " : ", ") + feature;
        text += features + "\n";
    } else {
        json["features"] = nullptr;
        text += to_string(catalogue.error()) + "\n";
    }
    return Outcome{.json = std::move(json), .text = std::move(text)};
}

}  // namespace

void add_version_command(Command& app, Context& context) {
    context.on(app.command("version", "Show what this build is and what it supports"), version);
}

}  // namespace goetia::cli
