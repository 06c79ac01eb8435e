#include "apps/goetia/options.h"

#include <algorithm>

namespace goetia::cli {

Option& Option::required() { return spec_.required = true, *this; }
Option& Option::show_default() { return spec_.shows_default = true, *this; }
Option& Option::metavar(std::string name) { return spec_.metavar = std::move(name), *this; }
Option& Option::env(std::string variable) { return spec_.env = std::move(variable), *this; }
Option& Option::choices(std::vector<std::string> allowed) { return spec_.choices = std::move(allowed), *this; }
Option& Option::range(int min, int max) { return range(std::int64_t{min}, std::int64_t{max}); }
Option& Option::range(std::int64_t min, std::int64_t max) { return spec_.range = IntegerRange{min, max}, *this; }
Option& Option::range(double min, double max) { return spec_.range = RealRange{min, max}, *this; }
Option& Option::not_negative() { return spec_.sign = Sign::kNotNegative, *this; }
Option& Option::positive() { return spec_.sign = Sign::kPositive, *this; }
Option& Option::words(int min, int max) { return spec_.words = {min, max}, *this; }
Option& Option::repeated() { return spec_.repeated = true, *this; }
Option& Option::separator(char letter) { return spec_.separator = letter, *this; }
Option& Option::excludes(std::string name) { return spec_.excludes.push_back(std::move(name)), *this; }
Option& Option::required_unless(std::vector<std::string> names) {
    return spec_.required_unless = std::move(names), *this;
}
Option& Option::needs(std::string name) { return spec_.needs.push_back(std::move(name)), *this; }

namespace {

std::vector<std::string> names_that(const std::string& names, bool (*fits)(std::string_view name)) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t end = std::min(names.find(',', at), names.size());
        if (fits(std::string_view(names).substr(at, end - at))) found.push_back(names.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

}  // namespace

std::vector<std::string> Option::long_names() const {
    return names_that(spec_.names, [](std::string_view name) { return name.starts_with("--"); });
}

std::vector<std::string> Option::pair_names() const {
    return names_that(spec_.names, [](std::string_view name) {
        return name.size() > 2 && name.starts_with("-") && !name.starts_with("--");
    });
}

Command::Command(std::string name, std::string help, Command* parent)
    : name_(std::move(name)), help_(std::move(help)), parent_(parent) {
    add({.names = "-h,--help", .help = "Print this help message and exit"});
}

Command& Command::command(std::string name, std::string help) {
    return *commands_.emplace_back(std::make_unique<Command>(std::move(name), std::move(help), this));
}

Option& Command::add(OptionSpec spec) { return *options_.emplace_back(std::make_unique<Option>(std::move(spec))); }

Option& Command::flag(std::string names, bool& value, std::string help) {
    return add({.names = std::move(names), .help = std::move(help), .target = &value});
}

Option& Command::option(std::string names, Target value, std::string help) {
    return add({.names = std::move(names), .help = std::move(help), .target = value});
}

Option& Command::positional(std::string name, Target value, std::string help) {
    return option(std::move(name), value, std::move(help));
}

Command& Command::needs_command() { return needs_command_ = true, *this; }
Command& Command::footer(std::string text) { return footer_ = std::move(text), *this; }

Command& Command::version(std::string text) {
    version_ = std::move(text);
    add({.names = "--version", .help = "Display program version information and exit"});
    return *this;
}

Command& Command::on_chosen(std::function<void()> callback) { return callback_ = std::move(callback), *this; }

std::string Command::full_name() const { return parent_ == nullptr ? name_ : parent_->full_name() + " " + name_; }

const Command* Command::find_command(const std::string& name) const {
    for (const auto& one : commands_) {
        if (one->name() == name) return one.get();
    }
    return nullptr;
}

}  // namespace goetia::cli
