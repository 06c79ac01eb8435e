// Validation of a complete data set: annotations, all image and mask files, and the splits against each other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/fingerprint.h"
#include "datasets/validation/open_sets.h"
#include "datasets/validation/statistics.h"

namespace goetia {

struct ValidationOptions {
    bool open_files = true;  // else only the annotations are checked
    int near_distance = 4;   // near duplicates differ in at most this many of 64 bits; -1: do not look for them
    ParallelOptions parallel;
};

struct SplitReport {
    Split split = Split::kTrain;
    SetStatistics statistics;
    Certificate certificate;
};

struct Validation {
    Findings findings;  // all of them, in the order of the splits
    std::vector<SplitReport> splits;
    std::string fingerprint;  // over those of the splits

    [[nodiscard]] bool ok() const { return !has_faults(findings); }
};

// `hashes` caches the hashes of the files; saving it is left to the caller. An Error is only a request to stop.
Result<Validation> validate(const std::vector<SplitSet>& sets, const ValidationOptions& options, FileHashes& hashes);

// The combined hash of several splits: "train <hash>\n", "val <hash>\n", hashed.
std::string combined_fingerprint(const std::vector<std::pair<Split, std::string>>& splits);

// The deepest folder that contains all images of these sets.
std::filesystem::path common_folder(const std::vector<SplitSet>& sets);

// {ok, counts, faults, statistics, fingerprint}
Json to_json(const Validation& validation, const std::vector<SplitSet>& sets);

// Counts and the first few findings with location and fix, faults before warnings and notes; empty if there are none.
std::string text_of(Findings findings, std::size_t limit = 5);

// Findings grouped by kind, the first few of each with location and fix, after the statistics of the splits.
std::string text_of(const Validation& validation, const std::vector<SplitSet>& sets);

}  // namespace goetia
