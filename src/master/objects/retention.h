// What may be deleted, by rule: decided by a pure function, so that a dry run shows exactly what would go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct RetentionRule {
    double days = 0;                     // experiments that changed later are kept; 0: no experiment is deleted
    std::vector<std::string> states;     // only experiments in one of these; empty: any that has ended
    std::vector<std::string> kept_tags;  // experiments with one of these are kept
    std::size_t kept_newest = 0;         // so many of the newest experiments are kept in any case
    std::int64_t kept_checkpoints =
        -1;  // of each experiment the newest by epoch, beside the best and the last; -1: all
};

struct RetainedFile {
    std::string path;  // in the experiment's folder
    double created_at = 0;
    std::int64_t bytes = 0;
};

struct RetainedExperiment {
    std::string id, state;
    bool has_ended = true;
    std::vector<std::string> tags;
    double updated_at = 0;
    std::int64_t bytes = 0;
    std::vector<RetainedFile> files;
};

struct RetentionStep {
    std::string experiment;
    std::string path;  // a file of it; empty: all of it
    std::int64_t bytes = 0;
    std::string reason;
    bool operator==(const RetentionStep&) const = default;
};

std::vector<RetentionStep> plan_retention(const RetentionRule& rule, std::vector<RetainedExperiment> experiments,
                                          double now);

// Removes the folders DATA/experiments/ID and DATA/series/ID; returns the bytes that this freed at once. Objects
// that are left without another name are the caller's. kNotFound when there is none.
Result<std::int64_t> delete_experiment_files(const std::filesystem::path& data, const std::string& id);

// What a killed deletion left; returns the bytes that this freed, or would.
Result<std::int64_t> delete_leftovers(const std::filesystem::path& data, bool is_dry);

}  // namespace goetia
