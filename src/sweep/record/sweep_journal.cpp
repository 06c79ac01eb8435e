#include "sweep/record/sweep_journal.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

struct ReadJournal {
    SweepState state;
    std::size_t whole = 0;  // bytes up to the end of the last complete line
};

// A line that the disk has only a part of can only be the last one.
Result<ReadJournal> read_lines(const std::filesystem::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    ReadJournal read;
    for (std::size_t line = 1; read.whole < text.size(); ++line) {
        const std::size_t end = text.find('\n', read.whole);
        if (end == std::string::npos) break;
        const auto record =
            parse_json(text.substr(read.whole, end - read.whole), fmt::format("line {} of '{}'", line, file.native()));
        const bool is_last = end + 1 == text.size();
        if (!record && is_last) break;
        if (!record) return record.error();
        if (const Status applied = apply_record(read.state, *record); !applied)
            return make_error(applied.error().code, "line {} of '{}': {}", line, file.native(),
                              applied.error().message);
        read.whole = end + 1;
    }
    if (read.whole == 0) return invalid("'{}' has no complete record: the sweep had not begun", file.native());
    return read;
}

Result<FileDescriptor> open_locked(const std::filesystem::path& file, int flags) {
    FileDescriptor held(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0644));
    if (!held.valid()) return os_error("open", file.native(), errno);
    if (::flock(held.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return os_error("lock", file.native(), errno);
        return make_error(Code::kWrongState, "another process is running the sweep '{}'", file.parent_path().native());
    }
    return held;
}

}  // namespace

std::filesystem::path sweep_journal_file(const std::filesystem::path& folder) { return folder / "journal.jsonl"; }

Result<SweepJournal> SweepJournal::create(const std::filesystem::path& folder, const Json& first) {
    GOETIA_TRY(make_folders(folder));
    GOETIA_ASSIGN(FileDescriptor held, open_locked(sweep_journal_file(folder), O_CREAT | O_EXCL));
    GOETIA_TRY(sync_folder(folder));
    SweepJournal journal(sweep_journal_file(folder), std::move(held));
    GOETIA_TRY(journal.add(first));
    return journal;
}

Result<SweepJournal> SweepJournal::resume(const std::filesystem::path& folder) {
    GOETIA_ASSIGN(FileDescriptor held, open_locked(sweep_journal_file(folder), 0));
    GOETIA_ASSIGN(ReadJournal read, read_lines(sweep_journal_file(folder)));
    if (::ftruncate(held.get(), static_cast<off_t>(read.whole)) != 0)
        return os_error("cut", sweep_journal_file(folder).native(), errno);
    SweepJournal journal(sweep_journal_file(folder), std::move(held));
    journal.state_ = std::move(read.state);
    return journal;
}

Status SweepJournal::add(const Json& record) {
    GOETIA_TRY(apply_record(state_, record));
    GOETIA_TRY(write_all(held_.get(), json_text(record) + "\n", file_));
    if (::fdatasync(held_.get()) != 0) return os_error("write", file_.native(), errno);
    return {};
}

Result<SweepState> read_sweep(const std::filesystem::path& folder) {
    GOETIA_ASSIGN(ReadJournal read, read_lines(sweep_journal_file(folder)));
    return std::move(read.state);
}

}  // namespace goetia
