#include "apps/goetia/completion.h"

#include "apps/goetia/command.h"
#include "apps/goetia/live_names.h"

namespace goetia::cli {
namespace {

void collect(const Command& command, const std::vector<std::string>& path, std::vector<CompletionNode>& nodes) {
    CompletionNode node{.path = path, .sentence = command.help(), .words = {}, .live = {}};
    for (const auto& below : command.commands()) node.words.emplace_back(below->name(), below->help());
    for (const auto& option : command.options()) {
        for (const std::string& name : option->long_names()) node.words.emplace_back(name, option->spec().help);
        if (option->positional() && node.live.empty()) node.live = live_kind(option->spec().metavar);
    }
    if (!path.empty()) node.words.emplace_back("--json", "Print one JSON object as the last line of standard output");
    nodes.push_back(std::move(node));
    for (const auto& below : command.commands()) {
        std::vector<std::string> longer = path;
        longer.push_back(below->name());
        collect(*below, longer, nodes);
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// Escaped for use inside single quotes of a shell.
std::string quoted(const std::string& text) {
    std::string safe;
    for (const char letter : text) safe += letter == '\'' ? "'\\''" : std::string{letter};
    return safe;
}

// zsh's _describe takes "word:sentence"; a colon in the word is escaped.
std::string described(const std::pair<std::string, std::string>& word) {
    return fmt::format("'{}:{}'", quoted(word.first), quoted(word.second));
}

// How bash and zsh find the command being typed: the longest known sequence of words that are not options.
constexpr const char* kFindCommand = R"(    local typed="" i next
    for ((i = FIRST; i < CURRENT; i++)); do
        next="${typed:+$typed }${WORDS[i]}"
        case "|$known|" in *"|$next|"*) typed=$next ;; esac
    done
)";

std::string find_command(std::string_view first, std::string_view current, std::string_view words) {
    std::string text = kFindCommand;
    for (const auto& [mark, with] : {std::pair{std::string_view("FIRST"), first},
                                     {std::string_view("CURRENT"), current},
                                     {std::string_view("WORDS"), words}}) {
        text.replace(text.find(mark), mark.size(), with);
    }
    return text;
}

std::string live_words(const CompletionNode& node) { return node.live.empty() ? "" : " live=" + node.live; }

std::string known_paths(const std::vector<CompletionNode>& nodes) {
    std::string known;
    for (const CompletionNode& node : nodes) known += (known.empty() ? "" : "|") + joined(node.path);
    return known;
}

Outcome listed_names(const std::string& kind) {
    const std::vector<std::string> names = live_names(kind);
    return {.json = {{"names", names}}, .text = names.empty() ? "" : fmt::format("{}\n", fmt::join(names, "\n"))};
}

Result<Outcome> completion(const Command& app, const std::string& shell) {
    const std::vector<CompletionNode> nodes = completion_nodes(app);
    if (shell == "bash") return Outcome{.json = {{"shell", shell}}, .text = bash_completion(nodes)};
    if (shell == "zsh") return Outcome{.json = {{"shell", shell}}, .text = zsh_completion(nodes)};
    if (shell == "fish") return Outcome{.json = {{"shell", shell}}, .text = fish_completion(nodes)};
    return invalid("no completion for shell '{}' (allowed: bash, zsh, fish)", shell);
}

}  // namespace

std::vector<CompletionNode> completion_nodes(const Command& app) {
    std::vector<CompletionNode> nodes;
    collect(app, {}, nodes);
    return nodes;
}

std::string bash_completion(const std::vector<CompletionNode>& nodes) {
    std::string text =
        "# goetia completion for bash: eval \"$(goetia completion bash)\"\n_goetia() {\n    local words=\"\" "
        "live=\"\"\n";
    text += fmt::format("    local known='{}'\n", known_paths(nodes)) + find_command("1", "COMP_CWORD", "COMP_WORDS") +
            "    case \"$typed\" in\n";
    for (const CompletionNode& node : nodes) {
        std::string words;
        for (const auto& [word, sentence] : node.words) words += (words.empty() ? "" : " ") + word;
        text += fmt::format("        '{}') words='{}'{} ;;\n", joined(node.path), words, live_words(node));
    }
    return text +
           "    esac\n"
           "    if [ -n \"$live\" ] && [ \"${COMP_WORDS[COMP_CWORD]#-}\" = \"${COMP_WORDS[COMP_CWORD]}\" ]; then\n"
           "        words=\"$words $(\"${COMP_WORDS[0]}\" completion --names \"$live\" 2>/dev/null)\"\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "    if [ ${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\")); fi\n"
           "}\ncomplete -o filenames -F _goetia goetia ./goetia\n";
}

std::string zsh_completion(const std::vector<CompletionNode>& nodes) {
    std::string text =
        "#compdef goetia\n# goetia completion for zsh: eval \"$(goetia completion zsh)\"\n_goetia() {\n    local -a "
        "choices\n    local live=\"\"\n";
    text += fmt::format("    local known='{}'\n", known_paths(nodes)) + find_command("2", "CURRENT", "words") +
            "    case \"$typed\" in\n";
    for (const CompletionNode& node : nodes) {
        std::string words;
        for (const auto& word : node.words) words += " " + described(word);
        text += fmt::format("        '{}') choices=({} ){} ;;\n", joined(node.path), words, live_words(node));
    }
    return text +
           "    esac\n"
           "    if [[ -n $live && $words[CURRENT] != -* ]]; then\n"
           "        choices+=(${(f)\"$($words[1] completion --names $live 2>/dev/null)\"})\n"
           "    fi\n"
           "    _describe 'goetia' choices || _files\n}\ncompdef _goetia goetia\n";
}

std::string fish_completion(const std::vector<CompletionNode>& nodes) {
    std::string text = "# goetia completion for fish: goetia completion fish | source\n";
    for (const CompletionNode& node : nodes) {
        std::string condition = node.path.empty() ? "__fish_use_subcommand" : "";
        for (const std::string& word : node.path)
            condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
        for (const auto& [word, sentence] : node.words) {
            const std::string what = word.starts_with("--") ? "-l " + word.substr(2) : "-a " + word;
            text += fmt::format("complete -c goetia -n '{}' {} -d '{}'\n", condition, what, quoted(sentence));
        }
        if (!node.live.empty()) {
            text += fmt::format("complete -c goetia -f -n '{}' -a '(goetia completion --names {} 2>/dev/null)'\n",
                                condition, node.live);
        }
    }
    return text;
}

void add_completion_command(Command& app, Context& context) {
    Command& command = app.command("completion", "Print completion for a shell: bash, zsh or fish");
    auto shell = std::make_shared<std::string>();
    auto names = std::make_shared<std::string>();
    command.positional("shell", *shell, "bash, zsh or fish").required_unless({"--names"}).metavar("SHELL");
    command.option("--names", *names, "Instead: what there is of a kind, for the shell; nothing when no master answers")
        .choices(live_kinds())
        .metavar("KIND");
    command.footer(
        "Examples:\n  eval \"$(goetia completion bash)\"\n  goetia completion fish > "
        "~/.config/fish/completions/goetia.fish");
    context.on(command, [&app, shell, names] {
        return names->empty() ? completion(app, *shell) : Result<Outcome>(listed_names(*names));
    });
}

}  // namespace goetia::cli
