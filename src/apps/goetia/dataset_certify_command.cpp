// goetia dataset certify: the one hash of a set, and whether it is still the one that a run recorded.
#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "apps/goetia/dataset_parts.h"
#include "apps/goetia/dataset_section.h"
#include "datasets/validation/validate.h"

namespace goetia::cli {
namespace {

struct CertifyWish {
    std::shared_ptr<SetWish> set = std::make_shared<SetWish>();
    std::vector<std::string> folders;
    std::vector<std::string> expected;
    int threads = 0;
};

// The folder above the files of all splits.
Result<std::filesystem::path> folder_of(const std::vector<SplitData>& splits) {
    std::filesystem::path folder;
    for (const SplitData& one : splits) {
        GOETIA_ASSIGN(const std::filesystem::path own, common_folder(*one.data));
        folder = common_folder(folder, own);
    }
    return folder;
}

// A packed set brings the fingerprint of the set that was packed; reading all of it holds each record against its sum.
Result<Certificate> certificate_of(const Dataset& data, FileHashes& hashes, const ParallelOptions& options) {
    GOETIA_ASSIGN(Certificate certificate, certify(data, hashes, options));
    if (std::string known = data.known_fingerprint(); !known.empty()) certificate.fingerprint = std::move(known);
    return certificate;
}

// One set's certificates, and every hash that may stand for it or a part of it.
struct Certified {
    Json json;
    std::string text;
    std::vector<std::string> hashes;
};

Result<Certified> certify_set(const SetWish& set, int threads, std::string& notices) {
    GOETIA_ASSIGN(const Json section, section_of(set));
    GOETIA_ASSIGN(const std::vector<SplitData> splits, open_data(section, splits_of(set)));
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
            return failed(
                "{} files of the {} split cannot be read, so nothing can be certified; 'goetia dataset "
                "validate' names them",
                certificate.unreadable, split_name(one.split));
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
        notices += fmt::format("the files' hashes could not be kept for the next time: {}\n", saved.error().message);
    return certified;
}

// Which of the expected hashes no set has.
std::vector<std::string> unmet(const std::vector<std::string>& expected, const std::vector<Certified>& sets) {
    std::vector<std::string> missing;
    for (const std::string& hash : expected) {
        const bool met = std::ranges::any_of(
            sets, [&](const Certified& one) { return std::ranges::find(one.hashes, hash) != one.hashes.end(); });
        if (!met) missing.push_back(hash);
    }
    return missing;
}

Result<Outcome> certify_sets(const CertifyWish& wish) {
    std::vector<Certified> sets;
    std::string notices;
    if (wish.folders.empty()) {
        GOETIA_ASSIGN(Certified one, certify_set(*wish.set, wish.threads, notices));
        sets.push_back(std::move(one));
    }
    for (const std::string& folder : wish.folders) {
        SetWish set = *wish.set;
        set.roots = {folder};
        GOETIA_ASSIGN(Certified one, certify_set(set, wish.threads, notices));
        sets.push_back(std::move(one));
    }
    Outcome outcome{.json = {{"ok", true}, {"sets", Json::array()}}};
    for (std::size_t i = 0; i < sets.size(); ++i) {
        if (wish.folders.size() > 1) outcome.text += fmt::format("{}\n", wish.folders[i]);
        outcome.text += sets[i].text;
        outcome.json["sets"].push_back(std::move(sets[i].json));
    }
    outcome.json["fingerprint"] = sets.front().hashes.back();
    const std::vector<std::string> missing = unmet(wish.expected, sets);
    outcome.json["missing"] = missing;
    outcome.json["ok"] = missing.empty();
    for (const std::string& hash : missing)
        outcome.text +=
            fmt::format("not certified: {} is neither the whole set's fingerprint nor that of a split\n", hash);
    if (missing.empty() && !wish.expected.empty()) outcome.text += "certified: the data are those that were recorded\n";
    outcome.text += notices;
    outcome.exit_code = missing.empty() ? kOk : kProblemsFound;
    return outcome;
}

}  // namespace

void add_dataset_certify(Command& dataset, Context& context) {
    const auto wish = std::make_shared<CertifyWish>();
    Command& command = dataset.command(
        "certify",
        "Prints the fingerprint over names, bytes and annotations of a set, or checks it; 8 when it differs");
    add_set_options(command, wish->set);
    add_split_options(command, wish->set);
    command.positional("DIR", wish->folders, "Data roots, each a set of its own")
        .excludes("--data-root")
        .excludes("--config");
    command.option("--check", wish->expected,
                   "A fingerprint that the whole or one of the splits must have, as a run's environment.json "
                   "records it");
    command.option("--threads", wish->threads, "0: one for each core").show_default().range(0, 1024);
    context.on(command, [wish] { return certify_sets(*wish); });
}

}  // namespace goetia::cli
