// goetia-supervisor LOCK: one process per attempt that outlives its launcher. It reads the plan from standard input,
// starts and watches the ranks and records how they ended. No LibTorch and no sockets.
#include <cstdio>
#include <cstdlib>

#include "base/error_json.h"
#include "launch/supervisor.h"

int main(int argc, char** argv) {
    using namespace goetia;
    if (argc != 2) {
        std::fputs("goetia-supervisor: is started by goetia programs, with the descriptor of a lock\n", stderr);
        return 2;
    }
    const Status done = supervise(std::atoi(argv[1]));
    if (done) return 0;
    const std::string error = to_json(done.error()).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
}
