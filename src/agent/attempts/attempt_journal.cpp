#include "agent/attempts/attempt_journal.h"

#include <algorithm>
#include <array>

#include "agent/replicate/contained_file.h"
#include "experiment/journal_records.h"
#include "protocol/names.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFiles = 2000;

std::optional<ObjectToSend> hashed(const fs::path& folder, const std::string& path, ObjectKind kind) {
    if (!is_stream_name(path)) return std::nullopt;
    const auto file = open_contained(folder, path);
    if (!file) return std::nullopt;
    const auto bytes = length_of(file->get());
    const auto sha256 = sha256_of(file->get());
    if (!bytes || !sha256) return std::nullopt;
    return ObjectToSend{.sha256 = *sha256, .bytes = *bytes, .path = path, .kind = kind};
}

}  // namespace

AttemptJournal::AttemptJournal(fs::path folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)) {}
AttemptJournal::~AttemptJournal() = default;

// The file is opened once, safely, and read by that descriptor from then on.
Status AttemptJournal::follow() {
    if (!reader_) {
        const auto file = open_contained(folder_, name_);
        if (!file) return {};  // not there yet
        auto reader = JournalReader::open(fmt::format("/proc/self/fd/{}", file->get()));
        if (!reader) return {};  // its first bytes are not there yet
        reader_ = *std::move(reader);
    }
    constexpr int kMostDamage = 100;  // in one call: a disk that cannot be read gives errors without end
    RecordView record;
    for (int damage = 0; damage < kMostDamage;) {
        const Result<bool> more = reader_->next(record);
        if (!more) {
            ++damage;
            continue;
        }
        if (!*more) return {};
        take(record);
    }
    return failed("journal '{}' cannot be read", (folder_ / name_).native());
}

void AttemptJournal::take(const RecordView& record) {
    ++records_;
    if (record.type == RecordType::kPoint) {
        step_ = std::max(step_, record.point.step);
        return;
    }
    if (record.type != RecordType::kState && record.type != RecordType::kCheckpoint &&
        record.type != RecordType::kImage)
        return;
    const auto body = reader_->body_of(record);
    if (!body) return;
    if (record.type == RecordType::kState) paused_ = record_from<StateRecord>(*body).state == ExperimentState::kPaused;
    if (record.type == RecordType::kImage) name_image(record_from<ImageRecord>(*body).path);
    if (record.type != RecordType::kCheckpoint) return;
    const auto checkpoint = record_from<CheckpointRecord>(*body);
    if (is_sha256(checkpoint.sha256) && is_stream_name(checkpoint.path))
        named_.push_back({.sha256 = checkpoint.sha256,
                          .bytes = static_cast<std::int64_t>(checkpoint.bytes),
                          .path = checkpoint.path,
                          .kind = ObjectKind::kCheckpoint});
}

void AttemptJournal::name_image(const std::string& path) {
    if (auto image = hashed(folder_, path, ObjectKind::kImage)) named_.push_back(*std::move(image));
}

std::vector<ObjectToSend> AttemptJournal::take_named() { return std::exchange(named_, {}); }

std::vector<ObjectToSend> files_of_ended_run(const fs::path& folder) {
    std::vector<ObjectToSend> files;
    const auto add = [&](const std::string& path, ObjectKind kind) {
        if (auto file = hashed(folder, path, kind); file && files.size() < kMostFiles)
            files.push_back(*std::move(file));
    };
    constexpr std::array kRecords{"config.yaml", "overrides.yaml", "environment.json", "config.json", "reproduce.sh"};
    for (const char* record : kRecords) add(record, ObjectKind::kRecord);
    add("best_model.pth", ObjectKind::kBestModel);
    for (const auto& [name, kind] :
         {std::pair{"visualizations", ObjectKind::kImage}, {"exports", ObjectKind::kExport}}) {
        std::vector<std::string> found;
        std::error_code code;
        for (fs::recursive_directory_iterator entry(folder / name, code), end; !code && entry != end;
             entry.increment(code)) {
            if (entry->is_regular_file(code) && !entry->is_symlink(code))
                found.push_back(entry->path().lexically_relative(folder));
        }
        std::sort(found.begin(), found.end());
        for (const std::string& path : found) add(path, kind);
    }
    return files;
}

}  // namespace goetia
