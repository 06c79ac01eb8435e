// What the journals say of an experiment beside its metrics: how long it ran and its checkpoints. It is kept in the
// body of the experiment's row, so that lists and comparisons read no journal.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace goetia {

struct AttemptRecord;
struct EpochRecord;
struct CheckpointRecord;
struct StateRecord;

// Record by record; an attempt that resumed drops what came after the place where it did.
class JournaledFacts {
  public:
    void add(const AttemptRecord& record);
    void add(const EpochRecord& record);
    void add(const CheckpointRecord& record);
    void add(const StateRecord& record);

    // The body with these facts in place of earlier ones; what else it holds stays.
    [[nodiscard]] std::string merged_into(const std::string& body) const;

  private:
    struct EpochTotals {
        std::int64_t step = 0;
        double seconds = 0, waiting = 0, images = 0;
    };
    struct SavedCheckpoint {
        std::int64_t step = 0;
        std::string text;  // JSON
    };

    int attempts_ = 0, ranks_ = 0, threads_ = 0;          // the last two of the newest attempt
    std::string best_metric_, best_mode_;                 // that the run follows; empty: not known
    double finished_at_ = 0;                              // seconds since 1970; 0: it goes on
    std::map<std::int64_t, EpochTotals> epochs_;          // by number
    std::map<std::string, SavedCheckpoint> checkpoints_;  // by path
};

}  // namespace goetia
