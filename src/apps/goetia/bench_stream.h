// Many readers of a master's stream at once, on one thread, as cheap as they can be: what is measured is the master.
#pragma once

#include "base/result.h"
#include "master/daemon/master_daemon.h"
#include "master/service/monitor.h"

namespace goetia::cli {

struct StreamBench {
    MasterAccess access;  // without TLS
    int readers = 200;
    int topics = 20;                    // of tasks that the store has; a reader reads one of them
    double messages_per_second = 5000;  // published, over all topics
    double seconds = 5;
};

struct StreamBenchFigures {
    double messages_per_second = 0, received_per_second = 0;  // published; frames over all readers
    double gaps = 0;                                          // that readers were told of
    double late_p99_ms = 0;                                   // from publishing to reading
};

Result<StreamBenchFigures> bench_stream(const StreamBench& bench, Monitor& monitor);

}  // namespace goetia::cli
