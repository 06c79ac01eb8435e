// A copy of all experiments' configs and metrics in a MySQL or MariaDB database, for other programs to read. It follows
// the journals; how far it came with each experiment is in the same database and changes in the same transactions as
// the rows, so it can be cut off, repeated and continued by another process, and every row is there once.
//
//   goetia_experiments  id, name, state, config (JSON), updated_at
//   goetia_metrics      experiment, metric, step, epoch, time, value (null: not finite)
//   goetia_copies       experiment, attempt, sequence, position: up to which record of its journals it was copied
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct CopyOptions {
    std::filesystem::path data;  // of the master; its state is written to DATA/copy.json
    std::string url;             // mysql://user@host/database
    StopToken stop;
    std::function<void(std::int64_t done, std::int64_t all)> on_progress = {};
};

struct CopyState {
    std::string target;  // without a password
    double time = 0;     // of the last change
    bool is_complete = false;
    std::int64_t experiments = 0, copied = 0;  // all, and those that are up to date at the target
    std::int64_t points = 0;                   // copied by this run
    std::string error;                         // empty: none
};

Json to_json(const CopyState& state);

// Copies what is new. An experiment that cannot be copied is reported in `error`, and the others are copied; a server
// that does not answer ends it (kUnavailable).
Result<CopyState> copy_to_mysql(const CopyOptions& options);

// Of the last run; kNotFound when there was none.
Result<CopyState> read_copy_state(const std::filesystem::path& data);

// Does it again and again in a thread of its own. A server that is away for any time is tried again.
class BackgroundCopy {
  public:
    BackgroundCopy(std::filesystem::path data, std::string url, double seconds_between = 10);
    ~BackgroundCopy();
    BackgroundCopy(const BackgroundCopy&) = delete;
    BackgroundCopy& operator=(const BackgroundCopy&) = delete;

  private:
    void loop();

    CopyOptions options_;
    double seconds_between_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_closing_ = false;
    std::thread thread_;
};

}  // namespace goetia
