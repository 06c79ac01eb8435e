// goetia-agent: the daemon of a node of the pool, and the programs that it starts: the supervisor of an attempt's ranks
// and the sandbox of each rank. One file, which needs no library but glibc's; no LibTorch, and it listens to nothing.
#include <cstdio>
#include <sys/stat.h>

#include "agent/session/agent_program.h"
#include "base/error_json.h"
#include "base/json.h"
#include "base/json_text.h"

int main(int argc, char** argv) {
    using namespace goetia;
    ::umask(022);
    const Result<int> done = agent_program({argv + 1, argv + argc});
    if (done) return *done;
    // As ranks and supervisors report: the last line of the output is the error.
    const std::string error = json_text(to_json(done.error()));
    std::fprintf(stderr, "%s\n", error.c_str());
    return done.error().code == Code::kInvalid ? 2 : 1;
}
