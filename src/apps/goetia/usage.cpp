#include "apps/goetia/usage.h"

#include <algorithm>
#include <cstdio>

#include "apps/goetia/command.h"
#include "base/error_json.h"
#include "base/nearest.h"

namespace goetia::cli {
namespace {

const CLI::App* subcommand(const CLI::App& app, const std::string& name) {
    for (const CLI::App* one : app.get_subcommands([&](const CLI::App* sub) { return sub->check_name(name); }))
        return one;
    return nullptr;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(one->get_name());
    return names;
}

// "goetia experiment list": from the root down.
std::string full_name(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

// The long options of a command and, since they fall through, of those above it.
std::vector<std::string> option_names(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app != nullptr; app = app->get_parent()) {
        for (const CLI::Option* option : app->get_options([](const CLI::Option*) { return true; })) {
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        }
    }
    return names;
}

bool takes_positionals(const CLI::App& app) {
    return !app.get_options([](const CLI::Option* option) { return option->get_positional(); }).empty();
}

std::string hint(const std::string& wanted, const std::vector<std::string>& known) {
    const std::string near = nearest_name(wanted, known);
    return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

// The option in a word: "--confg" of "--confg=x".
std::string option_part(const std::string& word) {
    return word.starts_with("--") ? word.substr(0, word.find('=')) : "";
}

std::string lower_first(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
    return text;
}

}  // namespace

const CLI::App* command_of(const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App* at = &app;
    for (const std::string& word : words) {
        if (word.starts_with("-")) continue;
        const CLI::App* next = subcommand(*at, word);
        if (next == nullptr) break;
        at = next;
    }
    return at;
}

Error usage_error(const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& fault) {
    const CLI::App* command = command_of(app, words);
    const std::string see = fmt::format("; see '{} --help'", full_name(*command));
    const std::vector<std::string> known = option_names(command);
    for (const std::string& word : words) {
        const std::string option = option_part(word);
        if (option.size() <= 2 || std::find(known.begin(), known.end(), option) != known.end()) continue;
        const std::string near = hint(option, known);
        return invalid("'{}' has no option '{}'{}{}", full_name(*command), option, near, near.empty() ? see : "");
    }
    const std::vector<std::string> names = subcommand_names(*command);
    if (names.empty() || takes_positionals(*command)) return invalid("{}{}", lower_first(fault.what()), see);
    for (const std::string& word : words) {
        if (word.starts_with("-") || command_of(app, {word}) != &app || word == command->get_name()) continue;
        if (subcommand(*command, word) != nullptr || full_name(*command).find(" " + word) != std::string::npos)
            continue;
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
        return invalid("'{}' has no command '{}'{} (there are: {})", full_name(*command), word, hint(word, names), all);
    }
    return invalid("'{}' needs a command{}", full_name(*command), see);
}

int parse_and_run(CLI::App& app, Context& context, int argc, const char* const* argv) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);  // help, version
    } catch (const CLI::ParseError& fault) {
        const std::vector<std::string> words(argv + 1, argv + argc);
        const Error error = usage_error(app, words, fault);
        std::fputs(("goetia: " + to_string(error) + "\n").c_str(), stderr);
        const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
        if (json) std::puts(to_json(error).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
        return kUsage;
    }
    return finish(context);
}

}  // namespace goetia::cli
