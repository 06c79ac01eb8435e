// The certificate of a data set: one hash over all that training on it can see, and the counts beside it.
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
    std::int64_t annotations = 0;  // objects marked in them
    std::int64_t classes = 0;
    std::int64_t subjects = 0;    // different ones
    std::int64_t unreadable = 0;  // files that could not be hashed; they are part of the fingerprint as that
};

Json to_json(const Certificate& certificate);

// fingerprint() of dataset.h is this one's hash, with the user's cache.
Result<Certificate> certify(const Dataset& dataset, FileHashes& hashes, const ParallelOptions& options = {});

// The folder that holds all the files of `dataset`, as FileHashes wants it; empty when it has none of its own.
Result<std::filesystem::path> common_folder(const Dataset& dataset);
// The deepest folder that holds both; an empty one is passed over.
std::filesystem::path common_folder(const std::filesystem::path& one, const std::filesystem::path& other);

// What the sample adds to the fingerprint: name, label, bytes, subject, values, mask and every object. `sha256` and
// `mask_sha256` are of its files; "unreadable" where one cannot be read.
std::string certified_text(const Sample& sample, const std::string& sha256, const std::string& mask_sha256);

}  // namespace goetia
