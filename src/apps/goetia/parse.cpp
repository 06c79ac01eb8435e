// The only file that uses the parser, CLI11: its templates cost seconds of compile time in every file that includes
// them (tools/check_includes).
#include "apps/goetia/parse.h"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

namespace goetia::cli {
namespace {

struct MadeOption {
    Option* described;
    CLI::Option* parsed;
    const CLI::App* command;
};
using Made = std::vector<MadeOption>;

// CLI11 only supports one letter after a single dash. Hydra's "-cp" is parsed as its long name and displayed before it.
class PairNames : public CLI::Formatter {
  public:
    void add(const CLI::Option* option, const std::vector<std::string>& names) {
        for (const std::string& name : names) shown_[option] += name + ",";
    }
    std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
        const auto shown = shown_.find(option);
        return (shown == shown_.end() ? "" : shown->second) + CLI::Formatter::make_option_name(option, is_positional);
    }

  private:
    std::map<const CLI::Option*, std::string> shown_;
};

std::vector<std::string> with_long_names(const Command& root, std::vector<std::string> words) {
    const Command* command = &root;
    for (std::string& word : words) {
        if (word == "--") break;
        if (const Command* next = command->find_command(word)) command = next;
        for (const auto& option : command->options()) {
            for (const std::string& name : option->pair_names()) {
                if (word == name || word.starts_with(name + "="))
                    word = option->long_names().front() + word.substr(name.size());
            }
        }
    }
    return words;
}

// The names that CLI11 parses itself.
std::string own_names(const OptionSpec& spec, const std::vector<std::string>& pairs) {
    std::string names = spec.names;
    for (const std::string& pair : pairs) names.erase(names.find(pair + ","), pair.size() + 1);
    return names;
}

CLI::Option* add_with_target(CLI::App& app, const OptionSpec& spec, const std::string& names) {
    if (bool* const* flag = std::get_if<bool*>(&spec.target)) return app.add_flag(names, **flag, spec.help);
    return std::visit([&](auto* value) { return app.add_option(names, *value, spec.help); },
                      std::get<Target>(spec.target).pointer());
}

void add_checks(CLI::Option& option, const OptionSpec& spec) {
    if (!spec.choices.empty()) option.check(CLI::IsMember(spec.choices));
    if (const auto* integers = std::get_if<IntegerRange>(&spec.range))
        option.check(CLI::Range(integers->min, integers->max));
    if (const auto* real = std::get_if<RealRange>(&spec.range)) option.check(CLI::Range(real->min, real->max));
    switch (spec.sign) {
        case Sign::kAny: break;
        case Sign::kNotNegative: option.check(CLI::NonNegativeNumber); break;
        case Sign::kPositive: option.check(CLI::PositiveNumber); break;
    }
}

CLI::Option* add_option(CLI::App& app, const Option& described, PairNames& pairs) {
    const OptionSpec& spec = described.spec();
    const std::vector<std::string> pair_names = described.pair_names();
    CLI::Option* option = add_with_target(app, spec, own_names(spec, pair_names));
    pairs.add(option, pair_names);
    option->required(spec.required);
    if (!spec.metavar.empty()) option->type_name(spec.metavar);
    if (!spec.env.empty()) option->envname(spec.env);
    if (spec.words) option->expected(spec.words->first, spec.words->second);
    if (spec.repeated) option->expected(1)->allow_extra_args(false)->take_all();
    if (spec.separator != '\0') option->delimiter(spec.separator);
    if (spec.shows_default) option->capture_default_str();
    add_checks(*option, spec);
    return option;
}

void add_options(CLI::App& app, const Command& command, PairNames& pairs, Made& all) {
    Made made;
    for (const auto& option : command.options()) {
        if (!std::holds_alternative<std::monostate>(option->spec().target))
            made.push_back({option.get(), add_option(app, *option, pairs), &app});
    }
    for (const auto& [option, parsed, command_of_it] : made) {
        for (const std::string& name : option->spec().excludes) parsed->excludes(name);
        for (const std::string& name : option->spec().needs) parsed->needs(name);
    }
    all.insert(all.end(), made.begin(), made.end());
}

void add_command(CLI::App& app, const Command& command, PairNames& pairs, Made& made) {
    app.footer(command.footer());
    if (command.is_command_needed()) app.require_subcommand(1);
    if (!command.version().empty()) app.set_version_flag("--version", command.version());
    if (command.callback()) app.callback(command.callback());
    add_options(app, command, pairs, made);
    for (const auto& below : command.commands())
        add_command(*app.add_subcommand(below->name(), below->help()), *below, pairs, made);
}

bool lacks_required(const MadeOption& option) {
    const std::vector<std::string>& others = option.described->spec().required_unless;
    return !others.empty() && !option.described->given() && std::ranges::none_of(others, [&](const std::string& name) {
        return option.command->get_option(name)->count() > 0;
    });
}

}  // namespace

Parsed parse(Command& root, std::vector<std::string> words) {
    CLI::App app{root.help(), root.name()};
    const auto pairs = std::make_shared<PairNames>();
    app.fallthrough();  // inherited, like the formatter, by every command created below
    app.formatter(pairs);
    Made made;
    add_command(app, root, *pairs, made);
    try {
        words = with_long_names(root, std::move(words));
        std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
        app.parse(words);
    } catch (const CLI::Success& requested) {
        std::ostringstream shown;
        app.exit(requested, shown);
        return {.end = Parsed::End::kShown, .text = shown.str()};
    } catch (const CLI::ParseError& fault) {
        return {.end = Parsed::End::kFault, .text = fault.what()};
    }
    for (const MadeOption& one : made) one.described->set_given(one.parsed->count() > 0);
    for (const MadeOption& one : made) {
        if (one.command->parsed() && lacks_required(one))
            return {.end = Parsed::End::kFault, .text = CLI::RequiredError(one.parsed->get_name()).what()};
    }
    return {};
}

}  // namespace goetia::cli
