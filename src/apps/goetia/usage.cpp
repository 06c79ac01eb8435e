#include "apps/goetia/usage.h"

#include <algorithm>
#include <cstdio>

#include "apps/goetia/command.h"
#include "apps/goetia/parse.h"
#include "base/error_json.h"
#include "base/nearest.h"

namespace goetia::cli {
namespace {

std::vector<std::string> command_names(const Command& command) {
    std::vector<std::string> names;
    for (const auto& one : command.commands()) names.push_back(one->name());
    return names;
}

// The long options of a command and, since they are inherited, of its parents.
std::vector<std::string> option_names(const Command* command) {
    std::vector<std::string> names;
    for (; command != nullptr; command = command->parent()) {
        for (const auto& option : command->options()) {
            for (std::string& name : option->long_names()) names.push_back(std::move(name));
        }
    }
    return names;
}

bool takes_positionals(const Command& command) {
    return std::ranges::any_of(command.options(), [](const auto& option) { return option->positional(); });
}

std::string hint(const std::string& word, const std::vector<std::string>& known) {
    const std::string near = nearest_name(word, known);
    return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

// The option name in a word: "--confg" of "--confg=x".
std::string option_part(const std::string& word) {
    return word.starts_with("--") ? word.substr(0, word.find('=')) : "";
}

std::string lower_first(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
    return text;
}

}  // namespace

const Command* command_of(const Command& app, const std::vector<std::string>& words) {
    const Command* at = &app;
    for (const std::string& word : words) {
        if (word.starts_with("-")) continue;
        const Command* next = at->find_command(word);
        if (next == nullptr) break;
        at = next;
    }
    return at;
}

Error usage_error(const Command& app, const std::vector<std::string>& words, const std::string& fault) {
    const Command* command = command_of(app, words);
    const std::string full_name = command->full_name();
    const std::string see = fmt::format("; see '{} --help'", full_name);
    const std::vector<std::string> known = option_names(command);
    for (const std::string& word : words) {
        const std::string option = option_part(word);
        if (option.size() <= 2 || std::ranges::find(known, option) != known.end()) continue;
        const std::string near = hint(option, known);
        return invalid("'{}' has no option '{}'{}{}", full_name, option, near, near.empty() ? see : "");
    }
    const std::vector<std::string> names = command_names(*command);
    if (names.empty() || takes_positionals(*command)) return invalid("{}{}", lower_first(fault), see);
    for (const std::string& word : words) {
        if (word.starts_with("-") || command_of(app, {word}) != &app || word == command->name()) continue;
        if (command->find_command(word) != nullptr || full_name.find(" " + word) != std::string::npos) continue;
        return invalid("'{}' has no command '{}'{} (there are: {})", full_name, word, hint(word, names),
                       fmt::join(names, ", "));
    }
    return invalid("'{}' needs a command{}", full_name, see);
}

int parse_and_run(Command& app, Context& context, const std::vector<std::string>& words) {
    const Parsed parsed = parse(app, words);
    switch (parsed.end) {
        case Parsed::End::kChosen: return finish(context);
        case Parsed::End::kShown: std::fputs(parsed.text.c_str(), stdout); return kOk;
        case Parsed::End::kFault: break;
    }
    const Error error = usage_error(app, words, parsed.text);
    std::fputs(("goetia: " + to_string(error) + "\n").c_str(), stderr);
    const bool json = std::ranges::find(words, "--json") != words.end();
    if (json) std::puts(to_json(error).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    return kUsage;
}

}  // namespace goetia::cli
