// goetia-runtime: one process per rank. It trains and describes; it never talks to a master, a database or a user.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include <malloc.h>

#include "apps/goetia-runtime/command.h"

namespace {

using namespace goetia;

struct Entry {
    std::string_view name;
    Status (*run)(const runtime::Words&);
};

constexpr Entry kCommands[]{
    {"train", runtime::train_command},       {"bench", runtime::bench_command},
    {"describe", runtime::describe_command}, {"forward", runtime::forward_command},
    {"infer", runtime::infer_command},       {"loss", runtime::loss_command},
    {"optimize", runtime::optimize_command}, {"schedule", runtime::schedule_command},
    {"export", runtime::export_command},     {"graph", runtime::graph_command},
};

Status run(const runtime::Words& words) {
    std::string known;
    for (const Entry& entry : kCommands) {
        if (!words.empty() && words[0] == entry.name) return entry.run({words.begin() + 1, words.end()});
        known += (known.empty() ? "" : ", ") + std::string(entry.name);
    }
    return invalid("goetia-runtime has no command '{}'; known: {}", words.empty() ? "" : words[0], known);
}

// Every step frees its gradients and activations and asks for the same again. Left alone, glibc gives them back to the
// kernel in between, and every page is cleared and mapped anew: a third of the time of a small batch's step.
void keep_freed_memory() {
    constexpr int kLargestAllowed = 32 << 20, kNever = -1;
    ::mallopt(M_MMAP_THRESHOLD, kLargestAllowed);
    ::mallopt(M_TRIM_THRESHOLD, kNever);
    ::mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, reported as such
    try {
        const Status done = run({argv + 1, argv + argc});
        return done ? 0 : runtime::report(done.error());
    } catch (const std::exception& fault) {  // what reaches here is a fault of the work, not of the line
        const std::string_view words = fault.what();
        return runtime::report(failed("{}", words.substr(0, words.find('\n'))));
    }
}
