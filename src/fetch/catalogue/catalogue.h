// The catalogue of public data sets, and the tiers of sets that fit a machine. The document has already been checked
// against contract/data_sets.schema.json.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "fetch/checksum.h"

namespace goetia {

struct RemoteFile {
    std::string name;               // of the downloaded file
    std::vector<std::string> urls;  // mirrors, in order of preference
    Expected expected;
    std::int64_t about_bytes = 0;  // an estimate for planning, where its size is not published
    std::string into = ".";        // the folder of the set to unpack it into

    [[nodiscard]] std::int64_t plan_bytes() const { return expected.bytes.value_or(about_bytes); }
};

enum class Preparing { kNone, kCifar10 };

struct RemoteSet {
    std::string name, title, task, homepage, terms, note;
    std::int64_t images = 0, classes = 0;
    std::int64_t unpacked_bytes = 0;  // on the disk, once set up
    std::int64_t working_bytes = 0;   // needed in addition during the set-up
    std::vector<RemoteFile> files;
    std::map<std::string, std::string> texts;  // files to write: path -> text
    Preparing preparing = Preparing::kNone;
    Json dataset;                            // the `dataset` section to train on it; "{root}": the set's folder
    std::vector<std::string> account_steps;  // instructions, if it needs an account

    [[nodiscard]] std::int64_t download_bytes() const;
};

struct Tier {
    std::string name, sentence;
    std::vector<std::string> sets;
    Json advice;  // configuration keys -> values
};

struct Catalogue {
    std::vector<RemoteSet> sets;
    std::vector<Tier> tiers;

    [[nodiscard]] Result<const RemoteSet*> set(const std::string& name) const;
    [[nodiscard]] Result<const Tier*> tier(const std::string& name) const;
};

// Checks what the schema cannot express: duplicate names, tiers of unknown sets, paths outside a set.
Result<Catalogue> read_catalogue(const Json& document);

// "debug" without a GPU or below 8 gigabytes, "careful" up to 16, "full" above. Cards report slightly less memory than
// their name says, so it is rounded to whole gigabytes (2^30).
std::string tier_for_memory(std::optional<double> gigabytes);

}  // namespace goetia
