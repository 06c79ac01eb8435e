// goetia-supervisor LOCK: one process per attempt that is to outlive whoever started it, here with the plan on standard
// input. It starts the ranks, watches them and leaves how they ended; it loads no LibTorch and talks to nobody.
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
    const std::string told = to_json(done.error()).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::fprintf(stderr, "%s\n", told.c_str());
    return 1;
}
