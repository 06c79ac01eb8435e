#include "master/service/master_figures.h"

#include <fstream>

#include <dirent.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "master/service/prometheus_text.h"
#include "master/store/store.h"
#include "pool/task.h"

namespace goetia {
namespace {

void put_pool(PrometheusText& text, const PoolFigures& pool, const Store& store) {
    text.family("goetia_tasks", "gauge", "Tasks in the store, by state.");
    const std::map<std::string, std::size_t> states = store.tasks().count_by("state");
    for (int i = 0; i <= static_cast<int>(last_of(TaskState())); ++i) {
        const std::string name(name_of(static_cast<TaskState>(i)));
        const auto found = states.find(name);
        text.sample(found == states.end() ? 0 : static_cast<double>(found->second), {{"state", name}});
    }
    text.one("goetia_experiments", "gauge", "Experiments in the store.",
             static_cast<double>(store.experiments().size()));
    text.family("goetia_nodes", "gauge", "Machines of the pool, by state.");
    for (const auto& [state, count] : pool.nodes) text.sample(static_cast<double>(count), {{"state", state}});
    text.one("goetia_attempts", "gauge", "Attempts that are not at their end.", static_cast<double>(pool.attempts));
    text.one("goetia_gpus", "gauge", "GPUs of the pool.", static_cast<double>(pool.gpus));
    text.one("goetia_gpus_taken", "gauge", "GPUs that an attempt holds.", static_cast<double>(pool.gpus_taken));
    text.one("goetia_events_total", "counter", "Events that the pool decided on.", static_cast<double>(pool.events));
    text.one("goetia_events_waiting", "gauge", "Events that wait to be decided on.",
             static_cast<double>(pool.events_waiting));
    text.one("goetia_store_writes_waiting", "gauge", "Writes that wait for the database.",
             static_cast<double>(store.waiting()));
}

void put_arrivals(PrometheusText& text, const ArrivalFigures& arrivals) {
    text.one("goetia_appends_total", "counter", "Pieces of streams that nodes sent and the master keeps.",
             static_cast<double>(arrivals.appends));
    text.one("goetia_append_bytes_total", "counter", "Bytes of these pieces.",
             static_cast<double>(arrivals.append_bytes));
    text.one("goetia_points_total", "counter", "Points of metrics that were read from journals.",
             static_cast<double>(arrivals.points));
}

void put_stream(PrometheusText& text, const MonitorCounts& stream) {
    text.one("goetia_stream_readers", "gauge", "Sockets that read the stream.", static_cast<double>(stream.readers));
    text.one("goetia_stream_messages_total", "counter", "Messages of the stream.",
             static_cast<double>(stream.messages));
    text.one("goetia_stream_sent_total", "counter", "Messages times the readers that they were sent to.",
             static_cast<double>(stream.sent));
    text.one("goetia_stream_gaps_total", "counter", "How often a reader was told of a gap.",
             static_cast<double>(stream.gaps));
}

void put_requests(PrometheusText& text, const RequestFigures::Figures& requests) {
    text.family("goetia_http_requests_total", "counter", "Requests that were answered, by route and status.");
    for (const auto& [key, count] : requests.requests) {
        const std::size_t space = key.first.find(' ');
        text.sample(static_cast<double>(count), {{"method", key.first.substr(0, space)},
                                                 {"route", key.first.substr(space + 1)},
                                                 {"status", std::to_string(key.second)}});
    }
    text.histogram("goetia_http_request_seconds", "From the head of a request to its answer.", RequestFigures::kBounds,
                   requests.latency.counts, requests.latency.seconds);
}

double count_in_folder(const char* path) {
    double count = 0;
    DIR* folder = ::opendir(path);
    if (!folder) return 0;
    while (const dirent* entry = ::readdir(folder)) count += entry->d_name[0] != '.' ? 1 : 0;
    ::closedir(folder);
    return count;
}

void put_process(PrometheusText& text, const std::filesystem::path& data) {
    struct statvfs disk{};
    if (::statvfs(data.c_str(), &disk) == 0) {
        const auto block = static_cast<double>(disk.f_frsize);
        text.one("goetia_disk_bytes", "gauge", "Size of the disk with the master's data.",
                 block * static_cast<double>(disk.f_blocks));
        text.one("goetia_disk_free_bytes", "gauge", "What is free of it.", block * static_cast<double>(disk.f_bavail));
    }
    std::ifstream statm("/proc/self/statm");
    double all = 0, resident = 0;
    statm >> all >> resident;
    text.one("process_resident_memory_bytes", "gauge", "Memory of the master that is resident.",
             resident * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    text.one("process_cpu_seconds_total", "counter", "Processor time of the master.", processor_seconds());
    text.one("process_open_fds", "gauge", "Open files and sockets.", count_in_folder("/proc/self/fd"));
}

}  // namespace

std::string metrics_text(const MasterFigures& figures, const Store& store, const std::filesystem::path& data) {
    PrometheusText text;
    put_pool(text, figures.pool, store);
    put_arrivals(text, figures.arrivals);
    put_stream(text, figures.stream);
    put_requests(text, figures.requests);
    put_process(text, data);
    return text.take();
}

}  // namespace goetia
