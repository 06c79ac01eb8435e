#include "feeding/packed/pack.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/files.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "feeding/packed/packed_list.h"
#include "feeding/packed/record_builder.h"
#include "feeding/packed/shard.h"

namespace goetia {
namespace {

constexpr std::chrono::milliseconds kLookUp{100};

// Writes the split's files one after the other. Threads add records in any order; they are written in the set's order,
// and the first failing record ends it.
class ShardSeries {
  public:
    explicit ShardSeries(const PackPlan& plan) : plan_(plan) {}

    // Waits for the records before it.
    Status add(std::int64_t number, const Result<PackedRecord>& record) {
        std::unique_lock lock(mutex_);
        // After a stop request the record before may never come, if its thread did not begin it.
        const auto is_turn = [&] { return next_ == number || ended_ || plan_.parallel.stop.stop_requested(); };
        while (!turn_.wait_for(lock, kLookUp, is_turn)) continue;
        if (ended_ || next_ != number) return {};  // the error was returned to another thread
        Status written = record ? write(*record) : Status(record.error());
        ended_ = !written;
        ++next_;
        turn_.notify_all();
        return written;
    }

    Result<std::vector<PackedFile>> finish() {
        GOETIA_TRY(close());
        return std::move(files_);
    }

  private:
    Status write(const PackedRecord& record) {
        if (shard_ && shard_->bytes() >= plan_.shard_bytes) GOETIA_TRY(close());
        if (!shard_) {
            name_ = fmt::format("{}-{:05}.pack", split_name(plan_.split), files_.size());
            GOETIA_ASSIGN(shard_, ShardWriter::create(plan_.folder / name_));
        }
        return shard_->add(record);
    }

    Status close() {
        if (!shard_) return {};
        GOETIA_ASSIGN(const std::uint64_t sum, shard_->finish());
        files_.push_back({name_, shard_->records(), fmt::format("{:016x}", sum)});
        shard_.reset();
        return {};
    }

    const PackPlan& plan_;
    std::mutex mutex_;
    std::condition_variable turn_;
    std::int64_t next_ = 0;
    bool ended_ = false;
    std::optional<ShardWriter> shard_;
    std::string name_;
    std::vector<PackedFile> files_;
};

// The set's own fingerprint, unless packing changes its images.
Result<std::string> packed_fingerprint(const Dataset& dataset, const PackPlan& plan) {
    GOETIA_ASSIGN(std::string own, fingerprint(dataset, plan.parallel.stop));
    if (!plan.decoded || plan.largest_side == 0) return own;
    return sha256_hex(fmt::format("{} at most {} pixels", own, plan.largest_side));
}

}  // namespace

Status pack(const Dataset& dataset, const PackPlan& plan) {
    const std::filesystem::path list = plan.folder / fmt::format("{}.json", split_name(plan.split));
    std::error_code code;
    if (std::filesystem::exists(list, code))
        return make_error(Code::kWrongState, "'{}' exists already; name another folder", list.native());
    for (const std::string& name : dataset.classes()) {
        if (first_invalid_utf8(name))
            return invalid("the class name '{}' is not UTF-8; rename it", escape_invalid_utf8(name));
    }
    GOETIA_TRY(make_folders(plan.folder));
    ShardSeries series(plan);
    GOETIA_TRY(parallel_for(dataset.size(), plan.parallel, [&](std::int64_t number) {
        RecordBuilder builder(plan);
        return series.add(number, builder.make(dataset, number));
    }));
    PackedList whole{
        .classes = dataset.classes(), .samples = static_cast<std::uint64_t>(dataset.size()), .decoded = plan.decoded};
    GOETIA_ASSIGN(whole.files, series.finish());
    GOETIA_ASSIGN(whole.fingerprint, packed_fingerprint(dataset, plan));
    // Written last: a set without its list is incomplete.
    return write_file_atomic(list, to_json(whole).dump(2) + "\n");
}

}  // namespace goetia
