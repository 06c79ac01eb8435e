// A whole data set, checked: annotations, every picture and mask, and the splits against each other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/fingerprint.h"
#include "datasets/validation/open_sets.h"
#include "datasets/validation/statistics.h"

namespace goetia {

struct ValidationOptions {
    bool pictures = true;  // open every file; else only what the annotations say is checked
    int near_distance =
        4;  // pictures whose perceptual hashes differ in at most so many of 64 bits look alike; -1: none
    ParallelOptions parallel;
};

struct SplitReport {
    Split split = Split::kTrain;
    SetStatistics statistics;
    Certificate certificate;
};

struct Validation {
    Findings findings;  // every one, in the order of the splits
    std::vector<SplitReport> splits;
    std::string fingerprint;  // over the splits' own

    [[nodiscard]] bool ok() const { return !has_faults(findings); }
};

// `hashes` are those of the set's files; they are left for the caller to save. An Error is only a request to stop.
Result<Validation> validate(const std::vector<SplitSet>& sets, const ValidationOptions& options, FileHashes& hashes);

// The one hash of several splits: "train <hash>\n", "val <hash>\n", hashed.
std::string whole_fingerprint(const std::vector<std::pair<Split, std::string>>& splits);

// The folder above all pictures of these sets.
std::filesystem::path common_folder(const std::vector<SplitSet>& sets);

// {ok, counts, faults, statistics, fingerprint}
Json to_json(const Validation& validation, const std::vector<SplitSet>& sets);

// How many there are, and the first few with place and remedy, faults before warnings and notes; empty for none.
std::string text_of(Findings findings, std::size_t shown = 5);

// Grouped by kind, the first few of each with place and remedy, then what the splits hold.
std::string text_of(const Validation& validation, const std::vector<SplitSet>& sets);

}  // namespace goetia
