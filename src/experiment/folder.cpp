#include "experiment/folder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/nearest.h"
#include "experiment/state.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kForm = "exp_dddddddd_dddddd_hhhhhhhh";  // d: a digit, h: a lower-case hexadecimal one
constexpr std::string_view kJournalBegin = "attempt_";
constexpr std::string_view kJournalEnd = ".journal";

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

// N of "attempt_N.journal", or 0.
int attempt_of(std::string_view name) {
    if (!name.starts_with(kJournalBegin) || !name.ends_with(kJournalEnd)) return 0;
    name.remove_prefix(kJournalBegin.size());
    name.remove_suffix(kJournalEnd.size());
    int number = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), number);
    return fault == std::errc() && end == name.data() + name.size() && number > 0 ? number : 0;
}

std::vector<int> attempts_in(const fs::path& journals) {
    std::vector<int> numbers;
    std::error_code code;
    for (fs::directory_iterator entry(journals, code), end; !code && entry != end; entry.increment(code)) {
        if (const int number = attempt_of(entry->path().filename().native()); number > 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

bool looks_like_experiment(const fs::path& root) {
    std::error_code code;
    return fs::exists(root / "config.yaml", code) || fs::is_directory(root / "journal", code);
}

std::uintmax_t bytes_below(int parent, const char* name) {
    const int handle = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR* folder = handle >= 0 ? ::fdopendir(handle) : nullptr;
    if (folder == nullptr) {
        if (handle >= 0) ::close(handle);
        return 0;
    }
    std::uintmax_t bytes = 0;
    while (const dirent* entry = ::readdir(folder)) {
        const std::string_view child = entry->d_name;
        if (child == "." || child == "..") continue;
        struct stat info{};
        if (entry->d_type != DT_DIR && ::fstatat(handle, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (entry->d_type == DT_DIR || S_ISDIR(info.st_mode)) {
            bytes += bytes_below(handle, entry->d_name);
        } else if (info.st_nlink > 0) {
            // A file with several names here (best_model.pth and its checkpoint) is counted once, in equal parts.
            bytes += static_cast<std::uintmax_t>(info.st_blocks) * 512 / info.st_nlink;
        }
    }
    ::closedir(folder);
    return bytes;
}

Error ambiguous(const std::string& exp, const std::vector<std::string>& found) {
    std::string names;
    for (std::size_t i = 0; i < found.size() && i < 5; ++i) names += fmt::format("{}'{}'", i > 0 ? ", " : "", found[i]);
    if (found.size() > 5) names += fmt::format(", and {} more", found.size() - 5);
    return invalid("'{}' matches {} experiments: {}; write more of the id", exp, found.size(), names);
}

Error unknown(const std::string& exp, const fs::path& experiments, const std::vector<std::string>& ids) {
    if (ids.empty()) return not_found("no experiment '{}': there is none in '{}'", exp, experiments.native());
    std::string near = nearest_name(exp, ids);
    // A complete id differs from a part of one by far more than a third of its letters, so parts are compared with
    // parts.
    if (near.empty() && exp.size() >= 4) {
        std::vector<std::string> parts;
        for (const std::string& id : ids) parts.push_back(id.substr(0, exp.size()));
        const auto at = std::find(parts.begin(), parts.end(), nearest_name(exp, parts));
        if (at != parts.end()) near = ids[static_cast<std::size_t>(at - parts.begin())];
    }
    const std::string hint =
        near.empty() ? "'goetia experiment list' shows them" : fmt::format("did you mean '{}'?", near);
    return not_found("no experiment '{}' among the {} in '{}'; {}", exp, ids.size(), experiments.native(), hint);
}

}  // namespace

std::string make_experiment_id(WallTime time, std::string_view config_text) {
    Sha256 sum;
    sum.add(config_text);
    sum.add(fmt::format("\n{} {} {}", time.time_since_epoch().count(), ::getpid(), host_name()));
    return fmt::format("exp_{}_{}", compact_local_time(time), sum.hex().substr(0, 8));
}

bool is_experiment_id(std::string_view text) {
    const auto fits = [](char c, char form) {
        const bool digit = c >= '0' && c <= '9';
        return form == 'd' ? digit : form == 'h' ? digit || (c >= 'a' && c <= 'f') : c == form;
    };
    return text.size() == kForm.size() && std::equal(text.begin(), text.end(), kForm.begin(), fits);
}

Result<ExperimentFolder> ExperimentFolder::create(const fs::path& experiments, const std::string& id) {
    if (!is_experiment_id(id))
        return invalid("'{}' is not an experiment id; one looks like 'exp_20250627_143052_a3b8c9d2'", id);
    GOETIA_TRY(make_folders(experiments));
    const ExperimentFolder folder(experiments / id);
    if (::mkdir(folder.root().c_str(), 0777) != 0) {
        if (errno == EEXIST)
            return make_error(Code::kWrongState, "experiment '{}' exists already in '{}'", id, experiments.native());
        return os_error("make folder", folder.root().native(), errno);
    }
    const auto make_tree = [&folder]() -> Status {
        GOETIA_TRY(folder.make_parts());
        GOETIA_TRY(sync_folder(folder.root()));
        return sync_folder(folder.root().parent_path());
    };
    if (Status made = make_tree(); !made) {
        std::error_code code;
        fs::remove_all(folder.root(), code);
        return std::move(made).error();
    }
    return folder;
}

Status ExperimentFolder::make_parts() const {
    for (const fs::path& part : {checkpoints(), logs(), tensorboard(), visualizations(), exports(), journal_folder()})
        GOETIA_TRY(make_folders(part));
    return {};
}

Result<ExperimentFolder> ExperimentFolder::open(const fs::path& root) {
    std::error_code code;
    if (!fs::exists(root, code)) return not_found("no experiment folder '{}'", root.native());
    if (!fs::is_directory(root, code)) return invalid("'{}' is a file, an experiment folder is needed", root.native());
    if (!looks_like_experiment(root)) {
        return invalid("'{}' is not an experiment folder: it contains neither config.yaml nor journal/", root.native());
    }
    fs::path clean = fs::absolute(root, code).lexically_normal();
    if (!clean.has_filename()) clean = clean.parent_path();  // "exp/" and "." have an id, too
    return ExperimentFolder(clean);
}

Result<ExperimentFolder> ExperimentFolder::find(const fs::path& experiments, const std::string& exp) {
    if (exp.empty()) return invalid("an experiment must be named: by its id, a unique prefix, or its folder");
    std::error_code code;
    if (is_experiment_id(exp) && fs::is_directory(experiments / exp, code)) return open(experiments / exp);
    if (exp.find('/') != std::string::npos || exp == "." || exp == ".." || looks_like_experiment(exp)) return open(exp);
    GOETIA_ASSIGN(const std::vector<ExperimentFolder> all, list_experiments(experiments));
    std::vector<std::string> ids, found;
    for (const ExperimentFolder& folder : all) {
        ids.push_back(folder.id());
        if (folder.id() == exp) return folder;
        if (folder.id().starts_with(exp)) found.push_back(folder.id());
    }
    if (found.size() == 1) return open(experiments / found[0]);
    return found.empty() ? unknown(exp, experiments, ids) : ambiguous(exp, found);
}

fs::path ExperimentFolder::journal(int attempt) const {
    return journal_folder() / fmt::format("{}{}{}", kJournalBegin, attempt, kJournalEnd);
}

std::vector<fs::path> ExperimentFolder::journals() const {
    std::vector<fs::path> paths;
    for (const int attempt : attempts_in(journal_folder())) paths.push_back(journal(attempt));
    return paths;
}

int ExperimentFolder::next_attempt() const {
    const std::vector<int> attempts = attempts_in(journal_folder());
    return attempts.empty() ? 1 : attempts.back() + 1;
}

Result<std::vector<ExperimentFolder>> list_experiments(const fs::path& experiments) {
    std::vector<ExperimentFolder> all;
    std::error_code code;
    if (!fs::exists(experiments, code)) return all;  // none was created yet
    for (fs::directory_iterator entry(experiments, code), end; !code && entry != end; entry.increment(code)) {
        const fs::path& path = entry->path();
        std::error_code ignored;
        if (!entry->is_directory(ignored) || path.filename().native()[0] == '.') continue;  // half deleted
        if (is_experiment_id(path.filename().native()) || fs::is_directory(path / "journal", ignored))
            all.emplace_back(path);
    }
    if (code) return os_error("read folder", experiments.native(), code.value());
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.root() < b.root(); });
    return all;
}

std::uintmax_t folder_bytes(const fs::path& folder) { return bytes_below(AT_FDCWD, folder.c_str()); }

Result<std::uintmax_t> delete_experiment(const ExperimentFolder& folder) {
    if (is_alive(folder)) {
        return make_error(Code::kWrongState, "experiment '{}' is running; stop it before it is deleted", folder.id());
    }
    const std::uintmax_t bytes = folder_bytes(folder.root());
    // Renamed first, so that a partly deleted experiment never looks complete.
    const fs::path away = folder.root().parent_path() / ("." + folder.id() + ".deleted");
    std::error_code code;
    fs::remove_all(away, code);  // left by an interrupted delete
    if (::rename(folder.root().c_str(), away.c_str()) != 0) return os_error("delete", folder.root().native(), errno);
    code.clear();
    fs::remove_all(away, code);
    if (code) return os_error("delete", away.native(), code.value());
    return bytes;
}

}  // namespace goetia
