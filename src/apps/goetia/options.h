// The description of a command line as data: commands, their options, and the variable for each value. The commands
// describe themselves with it; parse.h parses a line accordingly, completion and the hints after a mistake use it, too.
// It needs no parser header, so that the commands compile quickly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace goetia::cli {

// A reference to the variable that receives a value; it must live until the line is parsed.
class Target {
  public:
    using Pointer = std::variant<int*, std::int64_t*, std::uint64_t*, double*, std::string*, std::filesystem::path*,
                                 std::optional<std::int64_t>*, std::optional<std::string>*, std::vector<int>*,
                                 std::vector<std::int64_t>*, std::vector<double>*, std::vector<std::string>*,
                                 std::vector<std::filesystem::path>*>;

    Target(int& value) : pointer_(&value) {}
    Target(std::int64_t& value) : pointer_(&value) {}
    Target(std::uint64_t& value) : pointer_(&value) {}
    Target(double& value) : pointer_(&value) {}
    Target(std::string& value) : pointer_(&value) {}
    Target(std::filesystem::path& value) : pointer_(&value) {}
    Target(std::optional<std::int64_t>& value) : pointer_(&value) {}
    Target(std::optional<std::string>& value) : pointer_(&value) {}
    Target(std::vector<int>& value) : pointer_(&value) {}
    Target(std::vector<std::int64_t>& value) : pointer_(&value) {}
    Target(std::vector<double>& value) : pointer_(&value) {}
    Target(std::vector<std::string>& value) : pointer_(&value) {}
    Target(std::vector<std::filesystem::path>& value) : pointer_(&value) {}

    [[nodiscard]] const Pointer& pointer() const { return pointer_; }

  private:
    Pointer pointer_;
};

struct IntegerRange {
    std::int64_t min, max;
};
struct RealRange {
    double min, max;
};
enum class Sign { kAny, kNotNegative, kPositive };

// The description of one option, flag or positional argument.
struct OptionSpec {
    std::string names;  // "-c,--config"; "-cp,--config-path" as in Hydra; a positional argument has no dash
    std::string help;
    std::variant<std::monostate, bool*, Target> target;  // none: the parser's own --help and --version; bool*: a flag
    bool required = false;
    bool shows_default = false;
    bool repeated = false;
    std::string metavar;
    std::string env;
    std::vector<std::string> choices;
    std::variant<std::monostate, IntegerRange, RealRange> range;
    Sign sign = Sign::kAny;
    std::optional<std::pair<int, int>> words;
    char separator = '\0';
    std::vector<std::string> excludes, needs, required_unless;
};

class Option {
  public:
    explicit Option(OptionSpec spec) : spec_(std::move(spec)) {}

    Option& required();
    Option& show_default();                             // shows the variable's value in the help
    Option& metavar(std::string name);                  // the name of the value in the help: "DIR"
    Option& env(std::string variable);                  // used when the option is not given
    Option& choices(std::vector<std::string> allowed);  // no other values are accepted
    Option& range(int min, int max);                    // inclusive
    Option& range(std::int64_t min, std::int64_t max);
    Option& range(double min, double max);
    Option& not_negative();
    Option& positive();
    Option& words(int min, int max);  // how many values follow it
    Option& words(int count) { return words(count, count); }
    Option& repeated();                  // one value each time it is given; all are kept
    Option& separator(char letter);      // one argument may contain several values
    Option& excludes(std::string name);  // "--data-root": not together with that option of the same command
    Option& needs(std::string name);     // only together with that option
    Option& required_unless(std::vector<std::string> names);  // required unless one of these is given

    [[nodiscard]] const OptionSpec& spec() const { return spec_; }
    [[nodiscard]] bool positional() const { return spec_.names[0] != '-'; }
    [[nodiscard]] std::vector<std::string> long_names() const;  // "--format", "--from"
    [[nodiscard]] std::vector<std::string> pair_names() const;  // "-cp": one dash and several letters

    [[nodiscard]] bool given() const { return given_; }  // valid once the line is parsed
    void set_given(bool given) { given_ = given; }

  private:
    OptionSpec spec_;
    bool given_ = false;
};

class Command {
  public:
    Command(std::string name, std::string help, Command* parent = nullptr);

    // The returned references stay valid as long as the command.
    Command& command(std::string name, std::string help);
    Option& flag(std::string names, bool& value, std::string help);
    Option& option(std::string names, Target value, std::string help);
    Option& positional(std::string name, Target value, std::string help);

    Command& needs_command();            // one of its subcommands is required
    Command& footer(std::string text);   // shown at the end of its help
    Command& version(std::string text);  // adds --version
    Command& on_chosen(std::function<void()> callback);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& help() const { return help_; }
    [[nodiscard]] const std::string& footer() const { return footer_; }
    [[nodiscard]] const std::string& version() const { return version_; }
    [[nodiscard]] bool is_command_needed() const { return needs_command_; }
    [[nodiscard]] const std::function<void()>& callback() const { return callback_; }
    [[nodiscard]] const Command* parent() const { return parent_; }
    [[nodiscard]] std::string full_name() const;  // "goetia experiment list"
    [[nodiscard]] const std::vector<std::unique_ptr<Command>>& commands() const { return commands_; }
    [[nodiscard]] const std::vector<std::unique_ptr<Option>>& options() const { return options_; }
    [[nodiscard]] const Command* find_command(const std::string& name) const;  // null when there is none

  private:
    Option& add(OptionSpec spec);

    std::string name_, help_, footer_, version_;
    Command* parent_;
    bool needs_command_ = false;
    std::function<void()> callback_;
    std::vector<std::unique_ptr<Command>> commands_;
    std::vector<std::unique_ptr<Option>> options_;
};

}  // namespace goetia::cli
