// goetia dataset certify: the fingerprint of a set, and whether it matches the one that a run recorded.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_section.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct CertifyOptions {
    std::shared_ptr<SetOptions> set = std::make_shared<SetOptions>();
    std::vector<std::string> folders;
    std::vector<std::string> expected;
    int threads = 0;
};

// The deepest folder that contains the files of all splits.
Result<std::filesystem::path> folder_of(const std::vector<SplitData>& splits) {
    std::filesystem::path folder;
    for (const SplitData& one : splits) {
        GOETIA_ASSIGN(const std::filesystem::path own, common_folder(*one.data));
        folder = common_folder(folder, own);
    }
    return folder;
}

// A packed set carries the fingerprint of the set that was packed; reading all of it verifies each record against its
// checksum.
Result<Certificate> certificate_of(const Dataset& data, FileHashes& hashes, const ParallelOptions& options) {
    GOETIA_ASSIGN(Certificate certificate, certify(data, hashes, options));
    if (std::string known = data.known_fingerprint(); !known.empty()) certificate.fingerprint = std::move(known);
    return certificate;
}

// The certificates of a set, and every hash that identifies it or one of its splits.
struct Certified {
    Json json;
    std::string text;
    std::vector<std::string> hashes;
};

Result<Certified> certify_set(const SetOptions& set, int threads, std::string& notices) {
    GOETIA_ASSIGN(const Json section, section_of(set));
    GOETIA_ASSIGN(const DatasetRegistry datasets, builtin_datasets());
    GOETIA_ASSIGN(const std::vector<SplitData> splits, open_data(datasets, section, splits_of(set)));
    GOETIA_ASSIGN(const std::filesystem::path folder, folder_of(splits));
    FileHashes hashes = hashes_for(set, folder);
    CountLine line("files");
    const ParallelOptions options{.threads = threads,
                                  .on_progress = [&](std::int64_t done, std::int64_t all) { line.show(done, all); }};
    Certified certified{.json = {{"data_root", section.value("data_root", Json(nullptr))}}};
    std::vector<std::pair<Split, std::string>> fingerprints;
    for (const SplitData& one : splits) {
        GOETIA_ASSIGN(const Certificate certificate, certificate_of(*one.data, hashes, options));
        if (certificate.unreadable > 0)
            return failed("{} of the {} split's files cannot be read, so nothing can be certified: '{}'{}",
                          certificate.unreadable, split_name(one.split), certificate.first_unreadable,
                          certificate.unreadable == 1 ? "" : " and others, which 'goetia dataset validate' names");
        fingerprints.emplace_back(one.split, certificate.fingerprint);
        certified.hashes.push_back(certificate.fingerprint);
        certified.json["splits"][std::string(split_name(one.split))] = to_json(certificate);
        certified.text += fmt::format("{:<6}{}  {} images, {} annotations\n", split_name(one.split),
                                      certificate.fingerprint, certificate.samples, certificate.annotations);
    }
    certified.hashes.push_back(combined_fingerprint(fingerprints));
    certified.json["fingerprint"] = certified.hashes.back();
    certified.text += fmt::format("whole {}\n", certified.hashes.back());
    if (const Status saved = hashes.save(); !saved)
        notices += fmt::format("the file hashes could not be cached: {}\n", saved.error().message);
    return certified;
}

// The expected hashes that no set has.
std::vector<std::string> unmet(const std::vector<std::string>& expected, const std::vector<Certified>& sets) {
    std::vector<std::string> missing;
    for (const std::string& hash : expected) {
        const bool met = std::ranges::any_of(
            sets, [&](const Certified& one) { return std::ranges::find(one.hashes, hash) != one.hashes.end(); });
        if (!met) missing.push_back(hash);
    }
    return missing;
}

Result<Outcome> certify_sets(const CertifyOptions& options) {
    std::vector<Certified> sets;
    std::string notices;
    if (options.folders.empty()) {
        GOETIA_ASSIGN(Certified one, certify_set(*options.set, options.threads, notices));
        sets.push_back(std::move(one));
    }
    for (const std::string& folder : options.folders) {
        SetOptions set = *options.set;
        set.roots = {folder};
        GOETIA_ASSIGN(Certified one, certify_set(set, options.threads, notices));
        sets.push_back(std::move(one));
    }
    Outcome outcome{.json = {{"ok", true}, {"sets", Json::array()}}};
    for (std::size_t i = 0; i < sets.size(); ++i) {
        if (options.folders.size() > 1) outcome.text += fmt::format("{}\n", options.folders[i]);
        outcome.text += sets[i].text;
        outcome.json["sets"].push_back(std::move(sets[i].json));
    }
    outcome.json["fingerprint"] = sets.front().hashes.back();
    const std::vector<std::string> missing = unmet(options.expected, sets);
    outcome.json["missing"] = missing;
    outcome.json["ok"] = missing.empty();
    for (const std::string& hash : missing)
        outcome.text +=
            fmt::format("not certified: {} is neither the whole set's fingerprint nor that of a split\n", hash);
    if (missing.empty() && !options.expected.empty())
        outcome.text += "certified: the data are those that were recorded\n";
    outcome.text += notices;
    outcome.exit_code = missing.empty() ? kOk : kProblemsFound;
    return outcome;
}

}  // namespace

Result<std::string> fingerprint_of_folder(const std::filesystem::path& folder) {
    SetOptions set;
    set.roots = {folder};
    std::string notices;
    GOETIA_ASSIGN(const Certified certified, certify_set(set, 0, notices));
    return certified.hashes.back();
}

void add_dataset_certify(Command& dataset, Context& context) {
    const auto options = std::make_shared<CertifyOptions>();
    Command& command = dataset.command(
        "certify",
        "Prints the fingerprint over names, bytes and annotations of a set, or checks it; exit code 8 if it differs");
    add_set_options(command, options->set, context);
    add_split_options(command, options->set);
    command.positional("DIR", options->folders, "Data roots, each a separate set")
        .excludes("--data-root")
        .excludes("--config");
    command.option("--check", options->expected,
                   "A fingerprint that the set or one of its splits must have, as a run's environment.json "
                   "records it");
    command.option("--threads", options->threads, "0: one per core").show_default().range(0, 1024);
    context.on(command, [options] { return certify_sets(*options); });
}

}  // namespace goetia::cli
