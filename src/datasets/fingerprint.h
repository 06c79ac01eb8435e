// The certificate of a data set: one hash over everything that training on it can see, with the counts.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_fwd.h"
#include "base/parallel.h"
#include "datasets/dataset.h"
#include "datasets/file_hashes.h"

namespace goetia {

struct Certificate {
    std::string fingerprint;
    std::int64_t samples = 0;
    std::int64_t annotations = 0;  // annotated objects
    std::int64_t classes = 0;
    std::int64_t subjects = 0;     // distinct subjects
    std::int64_t unreadable = 0;   // files that could not be hashed; the fingerprint covers that too
    std::string first_unreadable;  // of them, in the order of the samples
};

Json to_json(const Certificate& certificate);

// fingerprint() of dataset.h is this one's hash, with the user's cache.
Result<Certificate> certify(const Dataset& dataset, FileHashes& hashes, const ParallelOptions& options = {});

// The deepest folder that contains all files of `dataset`, the root for FileHashes; empty if it has no files of its
// own.
Result<std::filesystem::path> common_folder(const Dataset& dataset);
// The deepest folder that contains both; an empty path is ignored.
std::filesystem::path common_folder(const std::filesystem::path& one, const std::filesystem::path& other);

// What a sample contributes to the fingerprint: name, label, bytes, subject, values, mask and every object. `sha256`
// and `mask_sha256` are the hashes of its files, "unreadable" if they cannot be read.
std::string certified_text(const Sample& sample, const std::string& sha256, const std::string& mask_sha256);

}  // namespace goetia
