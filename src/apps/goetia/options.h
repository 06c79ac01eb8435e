// What a command line may say, as data: commands, their options, and the variable that each value goes to. The commands
// describe themselves with this; parse.h reads a line by it, completion and the hints after a mistake look at it. No
// parser's header is needed here, so that a command's file compiles quickly.
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

// The variable that receives a value; it must live until the line is parsed.
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

struct WholeRange {
    std::int64_t least, most;
};
struct RealRange {
    double least, most;
};
enum class Sign { kAny, kNotNegative, kPositive };

// What is described of one option, flag or positional word.
struct OptionSpec {
    std::string names;  // "-c,--config"; "-cp,--config-path" as Hydra has them; a positional word has no dash
    std::string help;
    std::variant<std::monostate, bool*, Target> target;  // none: the parser's own --help and --version; bool*: a flag
    bool required = false;
    bool shows_default = false;
    bool repeated = false;
    std::string metavar;
    std::string env;
    std::vector<std::string> choices;
    std::variant<std::monostate, WholeRange, RealRange> range;
    Sign sign = Sign::kAny;
    std::optional<std::pair<int, int>> words;
    char separator = '\0';
    std::vector<std::string> excludes, needs, required_unless;
};

class Option {
  public:
    explicit Option(OptionSpec spec) : spec_(std::move(spec)) {}

    Option& required();
    Option& show_default();                             // the help shows the variable's value
    Option& metavar(std::string name);                  // what the help calls the value: "DIR"
    Option& env(std::string variable);                  // read from there when the line does not give it
    Option& choices(std::vector<std::string> allowed);  // nothing else is taken
    Option& range(int least, int most);                 // both included
    Option& range(std::int64_t least, std::int64_t most);
    Option& range(double least, double most);
    Option& not_negative();
    Option& positive();
    Option& words(int least, int most);  // how many words follow it
    Option& words(int count) { return words(count, count); }
    Option& repeated();                  // one word each time it is given, every one of them kept
    Option& separator(char letter);      // one word may hold several values
    Option& excludes(std::string name);  // "--data-root": not together with this option of the same command
    Option& needs(std::string name);     // only together with it
    Option& required_unless(std::vector<std::string> names);  // the line must give it or one of these

    [[nodiscard]] const OptionSpec& spec() const { return spec_; }
    [[nodiscard]] bool positional() const { return spec_.names[0] != '-'; }
    [[nodiscard]] std::vector<std::string> long_names() const;  // "--format", "--from"
    [[nodiscard]] std::vector<std::string> pair_names() const;  // "-cp": one dash and several letters

    [[nodiscard]] bool given() const { return given_; }  // known once the line is parsed
    void set_given(bool given) { given_ = given; }

  private:
    OptionSpec spec_;
    bool given_ = false;
};

class Command {
  public:
    Command(std::string name, std::string help, Command* parent = nullptr);

    // The references that these return stay valid as long as the command.
    Command& command(std::string name, std::string help);
    Option& flag(std::string names, bool& value, std::string help);
    Option& option(std::string names, Target value, std::string help);
    Option& positional(std::string name, Target value, std::string help);

    Command& needs_command();            // one of its commands must be chosen
    Command& footer(std::string text);   // the end of its help
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
