#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/files.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"

namespace goetia {
namespace {

using namespace journal_format;

// The size of a read: small when following the end of a journal, larger the more data there is.
constexpr std::size_t kFirstChunk = 4 * 1024, kLargestChunk = 256 * 1024;

class FileJournalReader final : public JournalReader {
  public:
    FileJournalReader(FileDescriptor file, std::filesystem::path path)
        : file_(std::move(file)), path_(std::move(path)) {}

    Result<bool> next(RecordView& record) override {
        GOETIA_ASSIGN(const bool begun, begin());
        if (!begun) return false;
        RawRecord raw;
        for (;;) {
            const ParseStatus found = get_record(rest(), sequence_ - shift_, raw);
            if (found == ParseStatus::kComplete) {
                GOETIA_ASSIGN(const bool taken, take(raw, record));
                if (taken) return true;
                continue;
            }
            GOETIA_ASSIGN(const bool more, read_more());
            if (more && found == ParseStatus::kIncomplete) continue;
            // Damage, or a length beyond the end: in a torn tail no complete record follows.
            const std::size_t skip = find_record(rest(), sequence_ - shift_ + 1, raw);
            const std::uint64_t after_damage = raw.sequence + shift_;
            const std::size_t newer = find_earlier_record(rest().substr(0, skip), sequence_ - shift_, raw);
            if (newer != std::string_view::npos) {
                begin_generation(newer, raw.sequence);
                continue;
            }
            if (skip != std::string_view::npos) return step_over_damage(skip, after_damage);
            if (!more) return false;
        }
    }

    [[nodiscard]] Result<Json> body_of(const RecordView& record) const override {
        Json body = Json::parse(record.text, nullptr, false);
        if (!body.is_object())
            return invalid("journal '{}', byte {}: the record is not a JSON object", path_.native(), at_);
        return body;
    }

    [[nodiscard]] std::uint64_t offset() const override { return offset_; }
    [[nodiscard]] std::uint64_t sequence() const override { return sequence_; }

  private:
    [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(used_); }

    // False while the file is shorter than its magic bytes.
    Result<bool> begin() {
        if (offset_ > 0) return true;
        while (rest().size() < kMagic.size()) {
            GOETIA_ASSIGN(const bool more, read_more());
            if (!more) break;
        }
        const std::string_view found = rest().substr(0, kMagic.size());
        if (found != kMagic.substr(0, found.size())) {
            return invalid("'{}' is not a journal: it does not begin with '{}'", path_.native(), kMagic);
        }
        if (found.size() < kMagic.size()) return false;
        advance(kMagic.size());
        return true;
    }

    Result<bool> read_more() {
        buffer_.erase(0, used_);
        used_ = 0;
        const std::size_t had = buffer_.size();
        buffer_.resize(had + chunk_);
        ssize_t got = 0;
        do {
            got = ::pread(file_.get(), buffer_.data() + had, chunk_, static_cast<off_t>(offset_ + had));
        } while (got < 0 && errno == EINTR);
        const int reason = errno;
        buffer_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
        if (got < 0) return os_error("read", path_.native(), reason);
        if (got == static_cast<ssize_t>(chunk_)) chunk_ = std::min(chunk_ * 4, kLargestChunk);
        return got > 0;
    }

    void advance(std::size_t bytes) {
        used_ += bytes;
        offset_ += bytes;
    }

    // A copy of a journal whose source lost its end and grew again goes on with the source's newer records (they begin
    // again at an earlier number). They are counted on, and the torn end before them is void.
    void begin_generation(std::size_t skip, std::uint64_t number) {
        advance(skip);
        shift_ = sequence_ - number;
    }

    Error step_over_damage(std::size_t skip, std::uint64_t next_sequence) {
        Error error =
            invalid("journal '{}' is damaged at byte {}: records {} to {} are lost, those after them are intact",
                    path_.native(), offset_, sequence_, next_sequence - 1);
        advance(skip);
        sequence_ = next_sequence;
        return error;
    }

    // False for a type that only a later version knows.
    Result<bool> take(const RawRecord& raw, RecordView& record) {
        at_ = offset_;
        advance(raw.size);
        ++sequence_;
        record = {.type = raw.type, .sequence = raw.sequence + shift_, .text = raw.payload, .point = {}};
        if (raw.type == RecordType::kPoint) {
            const RawPoint point = get_point(raw.payload);
            if (point.metric >= names_.size() || names_[point.metric].empty()) {
                return invalid("journal '{}', byte {}: a point of metric {}, whose name is missing", path_.native(),
                               at_, point.metric);
            }
            record.point = {point.metric, names_[point.metric], point.step, point.epoch, point.time, point.value};
        }
        if (raw.type == RecordType::kName) {
            GOETIA_ASSIGN(const Json body, body_of(record));
            learn_name(record_from<NameRecord>(body));
        }
        return raw.type <= RecordType::kEvaluation;
    }

    void learn_name(NameRecord named) {
        if (named.id < 0 || named.id > 1 << 20) return;
        const auto id = static_cast<std::size_t>(named.id);
        if (names_.size() <= id) names_.resize(id + 1);
        names_[id] = std::move(named.name);
    }

    FileDescriptor file_;
    std::filesystem::path path_;
    std::string buffer_;  // the bytes from offset_ - used_ on
    std::size_t used_ = 0;
    std::size_t chunk_ = kFirstChunk;
    std::uint64_t offset_ = 0;
    std::uint64_t at_ = 0;            // where the last record begins
    std::uint64_t sequence_ = 0;      // of the record expected at offset_
    std::uint64_t shift_ = 0;         // what the numbers in the file are short of sequence_
    std::vector<std::string> names_;  // of the metrics, by number
};

Result<std::unique_ptr<FileJournalReader>> open_reader(const std::filesystem::path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    return std::make_unique<FileJournalReader>(std::move(file), path);
}

}  // namespace

Result<std::optional<Record>> JournalReader::next() {
    RecordView view;
    GOETIA_ASSIGN(const bool found, next(view));
    if (!found) return std::optional<Record>();
    Record record{.type = view.type, .sequence = view.sequence, .body = nullptr, .point = {}};
    if (view.type == RecordType::kPoint) {
        const PointView& point = view.point;
        record.point = Point{std::string(point.name), point.step, point.epoch, point.time, point.value};
    } else {
        GOETIA_ASSIGN(record.body, body_of(view));
    }
    return std::optional<Record>(std::move(record));
}

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::filesystem::path& path, std::uint64_t offset) {
    GOETIA_ASSIGN(std::unique_ptr<FileJournalReader> reader, open_reader(path));
    // Reads everything before `offset` for the names and numbers; its damage was already reported to an earlier reader.
    RecordView record;
    while (reader->offset() < offset) {
        const std::uint64_t before = reader->offset();
        auto found = reader->next(record);
        if (!found && reader->offset() == before) return std::move(found).error();
        if (found && !*found) {
            return invalid("cannot continue in journal '{}' at byte {}: its complete records end at byte {}",
                           path.native(), offset, reader->offset());
        }
    }
    if (offset > 0 && reader->offset() != offset) {
        return invalid("cannot continue in journal '{}' at byte {}: no record begins there", path.native(), offset);
    }
    return std::unique_ptr<JournalReader>(std::move(reader));
}

Result<std::uint64_t> cut_torn_tail(const std::filesystem::path& path) {
    GOETIA_ASSIGN(std::unique_ptr<FileJournalReader> reader, open_reader(path));
    RecordView record;
    for (;;) {
        const std::uint64_t before = reader->offset();
        auto found = reader->next(record);
        if (!found && reader->offset() == before) return std::move(found).error();  // unreadable, not just damaged
        if (found && !*found) break;
    }
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return os_error("read", path.native(), errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    const std::uint64_t intact_size = reader->offset();
    if (size == intact_size) return std::uint64_t{0};
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    if (::ftruncate(file.get(), static_cast<off_t>(intact_size)) != 0 || ::fdatasync(file.get()) != 0) {
        return os_error("cut the torn tail of", path.native(), errno);
    }
    return size - intact_size;
}

}  // namespace goetia
