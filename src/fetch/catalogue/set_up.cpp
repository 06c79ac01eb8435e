#include "fetch/catalogue/set_up.h"

#include <algorithm>
#include <cctype>

#include "base/json_text.h"
#include "fetch/catalogue/amounts.h"
#include "fetch/catalogue/cifar.h"
#include "fetch/unpack.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

std::int64_t size_or_zero(const fs::path& file) {
    std::error_code code;
    const auto size = fs::file_size(file, code);
    return code ? 0 : static_cast<std::int64_t>(size);
}

// The bytes of a file that are present; a partial download counts by its allocated blocks.
std::int64_t present_of(const RemoteFile& file, const CacheEntry& entry, const fs::path& given) {
    if (const std::int64_t size = size_or_zero(entry.downloads() / file.name); size > 0) return size;
    if (!given.empty() && size_or_zero(given / file.name) > 0) return file.plan_bytes();
    return std::min(bytes_on_disk((entry.downloads() / file.name).native() + ".part"), file.plan_bytes());
}

class SetUp {
  public:
    SetUp(const RemoteSet& set, const SetUpOptions& options, const SetUpCallbacks& callbacks)
        : set_(set), options_(options), callbacks_(callbacks), entry_{options.cache, set.name} {}

    Result<ReadySet> run() {
        GOETIA_ASSIGN(const CacheLock lock, CacheLock::take(entry_, CacheLock::Kind::kAlone));
        ReadySet ready{.folder = entry_.data(), .was_there = entry_.ready()};
        if (ready.was_there) return ready;
        for (const RemoteFile& file : set_.files) {
            GOETIA_TRY(fetch_one(file, ready.notices));
            GOETIA_TRY(unpack_one(file));
        }
        GOETIA_TRY(prepare());
        for (const auto& [path, text] : set_.texts) {
            GOETIA_TRY(make_folders((half() / path).parent_path()));
            GOETIA_TRY(write_file_atomic(half() / path, text));
        }
        std::error_code code;
        fs::rename(half(), entry_.data(), code);
        if (code) return os_error("make", entry_.data().native(), code.value());
        GOETIA_TRY(write_file_atomic(entry_.manifest(), json_text(manifest(), 2) + "\n"));
        if (!options_.keep_archives) fs::remove_all(entry_.downloads(), code);
        return ready;
    }

  private:
    [[nodiscard]] fs::path half() const { return entry_.folder() / "data.part"; }
    [[nodiscard]] fs::path unpacked(const RemoteFile& file) const {
        return file.into == "." && set_.preparing == Preparing::kNone
                   ? half()
                   : half() / (file.into == "." ? ".raw" : file.into);
    }

    Status fetch_one(const RemoteFile& file, std::vector<std::string>& notices) {
        FetchPlan plan{.urls = file.urls, .target = entry_.downloads() / file.name, .expected = file.expected};
        plan.named_by_user = options_.named_by_user;
        plan.connections = options_.connections;
        plan.max_bytes = file.expected.bytes.value_or(std::max<std::int64_t>(4 * file.about_bytes, 1 << 20));
        if (!options_.given.empty() && size_or_zero(options_.given / file.name) > 0)
            plan.urls.insert(plan.urls.begin(), "file://" + escaped(fs::absolute(options_.given / file.name).native()));
        // A file under its final name was fetched completely: without a published checksum that must be enough.
        if (!plan.expected.has_sum() && !plan.expected.bytes && size_or_zero(plan.target) > 0)
            plan.expected.bytes = size_or_zero(plan.target);
        FetchCallbacks with = callbacks_.fetch;
        with.on_progress = [&](const FetchProgress& now) { report("fetching " + file.name, now.done, now.size); };
        GOETIA_ASSIGN(const Fetched fetched, fetch(plan, with));
        if (!file.expected.has_sum())
            notices.push_back(fmt::format("nothing is published to check '{}' against; its SHA-256 is {}", file.name,
                                          fetched.sums.sha256));
        files_.push_back({{"name", file.name},
                          {"url", fetched.url},
                          {"bytes", fetched.sums.bytes},
                          {"sha256", fetched.sums.sha256},
                          {"checked", !file.expected.sha256.empty() ? "sha256"
                                      : !file.expected.md5.empty()  ? "md5"
                                                                    : "nothing published"}});
        return {};
    }

    static std::string escaped(const std::string& path) {
        std::string text;
        for (const unsigned char c : path)
            text +=
                std::isalnum(c) != 0 || std::string_view("/-_.~").find(static_cast<char>(c)) != std::string_view::npos
                    ? std::string(1, static_cast<char>(c))
                    : fmt::format("%{:02X}", c);
        return text;
    }

    // A folder exists only when its archive was unpacked completely: then there is nothing to do.
    Status unpack_one(const RemoteFile& file) {
        std::error_code code;
        if (fs::exists(unpacked(file), code)) return {};
        GOETIA_TRY(make_folders(unpacked(file).parent_path()));
        UnpackLimits limits;
        limits.bytes = std::max<std::int64_t>(2 * (set_.unpacked_bytes + set_.working_bytes), 16 << 20);
        const UnpackCallbacks with{[&](const Unpacked& now) { report("unpacking " + file.name, now.bytes, 0); },
                                   callbacks_.fetch.stop};
        const auto done = unpack(entry_.downloads() / file.name, unpacked(file), limits, with);
        if (!done) return done.error();
        return {};
    }

    Status prepare() {
        if (set_.preparing == Preparing::kNone) return {};
        std::error_code code;
        const fs::path raw = half() / ".raw", made = half() / ".made";
        fs::remove_all(made, code);
        const auto written = write_cifar_folder(
            raw / "cifar-10-batches-bin", made,
            [&](std::int64_t done, std::int64_t all) { report("writing images, batch", done, all); },
            callbacks_.fetch.stop);
        if (!written) return written.error();
        for (const auto& entry : fs::directory_iterator(made, code)) {
            fs::remove_all(half() / entry.path().filename(), code);
            fs::rename(entry.path(), half() / entry.path().filename(), code);
            if (code) return os_error("move", entry.path().native(), code.value());
        }
        fs::remove_all(made, code);
        fs::remove_all(raw, code);
        return {};
    }

    [[nodiscard]] Json manifest() const {
        return {{"name", set_.name},   {"title", set_.title}, {"made", iso_time(now())},
                {"terms", set_.terms}, {"files", files_},     {"dataset", dataset_section(set_, entry_.data())}};
    }

    void report(const std::string& what, std::int64_t done, std::int64_t all) const {
        if (callbacks_.on_progress) callbacks_.on_progress(what, done, all);
    }

    const RemoteSet& set_;
    const SetUpOptions& options_;
    const SetUpCallbacks& callbacks_;
    CacheEntry entry_;
    Json files_ = Json::array();
};

void put_root(Json& json, const std::string& root) {
    if (json.is_string()) {
        auto text = json.get<std::string>();
        if (const auto at = text.find("{root}"); at != std::string::npos) json = text.replace(at, 6, root);
    } else if (json.is_structured()) {
        for (Json& value : json) put_root(value, root);
    }
}

}  // namespace

SetUpPlan plan_set_up(const std::vector<const RemoteSet*>& sets, const fs::path& cache, std::int64_t free,
                      const fs::path& given) {
    SetUpPlan plan{.free = free};
    for (const RemoteSet* set : sets) {
        PlannedSet planned{.set = set};
        const CacheEntry entry{cache, set->name};
        planned.state = entry.ready()                 ? SetState::kReady
                        : !set->account_steps.empty() ? SetState::kNeedsAccount
                                                      : SetState::kToFetch;
        if (planned.state == SetState::kToFetch) {
            std::int64_t copied = 0;
            for (const RemoteFile& file : set->files) {
                planned.to_fetch += std::max<std::int64_t>(0, file.plan_bytes() - present_of(file, entry, given));
                const bool in_cache = size_or_zero(entry.downloads() / file.name) > 0;
                if (!in_cache && !given.empty() && size_or_zero(given / file.name) > 0) copied += file.plan_bytes();
            }
            planned.needed = planned.to_fetch + copied + set->unpacked_bytes + set->working_bytes;
        }
        plan.to_fetch += planned.to_fetch;
        plan.needed += planned.needed;
        plan.sets.push_back(planned);
    }
    return plan;
}

Status check_space(const SetUpPlan& plan, const fs::path& cache) {
    if (plan.fits()) return {};
    return failed(
        "the disk of '{}' has {} free, {} are needed; free some ('goetia dataset cache clean'), or choose another "
        "folder with --cache; nothing was fetched",
        cache.native(), bytes_text(plan.free), bytes_text(plan.needed));
}

Result<ReadySet> set_up(const RemoteSet& set, const SetUpOptions& options, const SetUpCallbacks& callbacks) {
    return SetUp(set, options, callbacks).run();
}

Json dataset_section(const RemoteSet& set, const fs::path& folder) {
    Json section = set.dataset;
    put_root(section, fs::absolute(folder).native());
    return section;
}

}  // namespace goetia
