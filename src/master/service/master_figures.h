// What /metrics tells of a master.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "master/service/monitor.h"
#include "net/request_figures.h"

namespace goetia {

class Store;

// Of the pool, as its keeper knows it at one moment.
struct PoolFigures {
    std::map<std::string, std::uint64_t> nodes;  // by state
    std::uint64_t attempts = 0, gpus = 0, gpus_taken = 0;
    std::uint64_t events = 0;          // that were decided on since the start
    std::uint64_t events_waiting = 0;  // for the keeper
};

// Of the files that nodes send, since the start.
struct ArrivalFigures {
    std::uint64_t appends = 0, append_bytes = 0, points = 0;
};

struct MasterFigures {
    PoolFigures pool;
    ArrivalFigures arrivals;
    MonitorCounts stream;
    RequestFigures::Figures requests;
};

// With what the store, the disk of `data` and this process say by themselves.
std::string metrics_text(const MasterFigures& figures, const Store& store, const std::filesystem::path& data);

}  // namespace goetia
