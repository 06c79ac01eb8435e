// Shell completion, generated from the command tree so that it is always up to date.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/goetia/options.h"

namespace goetia::cli {

// One command of the tree: "goetia experiment list", its sentence, and the words that may follow.
struct CompletionNode {
    std::vector<std::string> path;  // without the program: {"experiment", "list"}
    std::string sentence;
    std::vector<std::pair<std::string, std::string>> words;  // subcommands and long options, with their sentences
    std::string live;  // what a name that it takes is of, "task": 'goetia completion --names task' prints them
};

std::vector<CompletionNode> completion_nodes(const Command& app);

std::string bash_completion(const std::vector<CompletionNode>& nodes);
std::string zsh_completion(const std::vector<CompletionNode>& nodes);
std::string fish_completion(const std::vector<CompletionNode>& nodes);

}  // namespace goetia::cli
