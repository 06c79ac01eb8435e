// The data sets that can be fetched, and which of them fit a machine. The document is checked against
// contract/data_sets.schema.json before it comes here.
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
    std::string name;               // what it is called when it is here
    std::vector<std::string> urls;  // mirrors in order
    Expected expected;
    std::int64_t about_bytes = 0;  // for planning, where its size is not published
    std::string into = ".";        // the folder of the set that it is unpacked to

    [[nodiscard]] std::int64_t plan_bytes() const { return expected.bytes.value_or(about_bytes); }
};

enum class Preparing { kNone, kCifar10 };

struct RemoteSet {
    std::string name, title, task, homepage, terms, note;
    std::int64_t images = 0, classes = 0;
    std::int64_t unpacked_bytes = 0;  // on the disk, when it is ready
    std::int64_t working_bytes = 0;   // more while it is made ready
    std::vector<RemoteFile> files;
    std::map<std::string, std::string> texts;  // files written beside: path -> text
    Preparing preparing = Preparing::kNone;
    Json dataset;                            // the `dataset` section to train on it; "{root}" stands for the folder
    std::vector<std::string> account_steps;  // not empty: it needs an account, and this is what to do

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

// What the schema cannot say is checked here: names that are there twice, tiers of unknown sets, places outside a set.
Result<Catalogue> read_catalogue(const Json& document);

// "debug" without a GPU or below 8 gigabytes, "careful" up to 16, above "full". Cards tell a little less than they are
// called after, so memory is rounded to whole gigabytes (2^30).
std::string tier_for_memory(std::optional<double> gigabytes);

}  // namespace goetia
