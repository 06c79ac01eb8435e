#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/files.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"

namespace goetia {
namespace {

using namespace journal_format;

constexpr std::uint64_t kRingPoints = 1U << 14U;
constexpr std::uint64_t kHalfRing = kRingPoints / 2;
constexpr auto kDrainEvery = std::chrono::milliseconds(50);

// Reads the kernel's shared page without a system call; precise to a few milliseconds, which is enough for points.
double coarse_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Points go through the ring; the holder of `file_mutex_` (the writer's thread, append, flush, or the producer itself
// when the ring is full) is its only consumer. After an error the file is not written any more, and is cut to complete
// records.
class FileJournalWriter final : public JournalWriter {
  public:
    FileJournalWriter(FileDescriptor file, std::filesystem::path path)
        : file_(std::move(file)), path_(std::move(path)), ring_(kRingPoints) {}

    ~FileJournalWriter() override {
        {
            const std::lock_guard lock(wake_mutex_);
            stop_ = true;
        }
        wake_.notify_all();
        if (thread_.joinable()) thread_.join();
        [[maybe_unused]] const Status last = flush();  // the destructor cannot report an error; append() and flush() do
    }

    Status begin(const Json& attempt) {
        const std::lock_guard lock(file_mutex_);
        GOETIA_TRY(put(kMagic));
        GOETIA_TRY(put_json(RecordType::kAttempt, attempt));
        GOETIA_TRY(sync());
        start_thread();
        return {};
    }

    MetricId metric(std::string_view name) override {
        const std::lock_guard lock(file_mutex_);
        const auto known = metrics_.find(name);
        if (known != metrics_.end()) return known->second;
        const auto id = static_cast<MetricId>(metrics_.size());
        metrics_.emplace(name, id);
        [[maybe_unused]] const Status put =
            put_json(NameRecord::kType, to_json(NameRecord{id, std::string(name)}));  // its error is stored
        return id;
    }

    void log(MetricId metric, std::int64_t step, std::int64_t epoch, double value) override {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        if (head - cached_tail_ == kRingPoints) make_room(head);
        ring_[head % kRingPoints] = {metric, step, epoch, coarse_seconds(), value};
        head_.store(head + 1, std::memory_order_release);
        if ((head + 1) % kHalfRing == 0) wake_.notify_one();
    }

    Status append(RecordType type, const Json& body) override {
        const std::lock_guard lock(file_mutex_);
        GOETIA_TRY(drain());
        GOETIA_TRY(put_json(type, body));
        return sync();
    }

    Status flush() override {
        const std::lock_guard lock(file_mutex_);
        GOETIA_TRY(drain());
        return sync();
    }

    [[nodiscard]] std::optional<Error> fault() const override {
        const std::lock_guard lock(file_mutex_);
        return fault_;
    }

  private:
    void start_thread() {
        // Signals are handled by the program's own threads: this one starts with all of them blocked.
        sigset_t all, before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { drain_now_and_then(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    void drain_now_and_then() {
        std::unique_lock wait(wake_mutex_);
        while (!stop_) {
            wake_.wait_for(wait, kDrainEvery);
            wait.unlock();
            {
                const std::lock_guard lock(file_mutex_);
                [[maybe_unused]] const Status drained = drain();  // its error is stored for append, flush and fault
            }
            wait.lock();
        }
    }

    // The producer is faster than the disk: it drains the ring itself, so that nothing is dropped.
    void make_room(std::uint64_t head) {
        cached_tail_ = tail_.load(std::memory_order_acquire);
        if (head - cached_tail_ < kRingPoints) return;
        const std::lock_guard lock(file_mutex_);
        [[maybe_unused]] const Status drained = drain();
        cached_tail_ = tail_.load(std::memory_order_relaxed);
    }

    // The functions below require file_mutex_.

    Status drain() {
        const std::uint64_t head = head_.load(std::memory_order_acquire);
        std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        if (head == tail) return status();
        scratch_.clear();
        const std::uint64_t first = sequence_;
        for (; tail != head; ++tail) put_point(scratch_, sequence_++, ring_[tail % kRingPoints]);
        tail_.store(tail, std::memory_order_release);
        Status written = put(scratch_);
        if (!written) sequence_ = first;
        return written;
    }

    Status put_json(RecordType type, const Json& body) {
        const std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
        if (text.size() > kLargestPayload) {
            return invalid("cannot write a record of {} bytes in journal '{}': at most {} are allowed", text.size(),
                           path_.native(), kLargestPayload);
        }
        std::string record;
        put_record(record, type, sequence_, text);
        GOETIA_TRY(put(record));
        ++sequence_;
        return {};
    }

    Status put(std::string_view bytes) {
        GOETIA_TRY(status());
        if (Status written = write_all(file_.get(), bytes, path_); !written) {
            fault_ = written.error();
            // Best effort: readers cut a torn tail, too.
            if (::ftruncate(file_.get(), static_cast<off_t>(complete_size_)) == 0)
                ::lseek(file_.get(), static_cast<off_t>(complete_size_), SEEK_SET);
            return written;
        }
        complete_size_ += bytes.size();
        return {};
    }

    Status sync() {
        GOETIA_TRY(status());
        if (::fdatasync(file_.get()) != 0) fault_ = os_error("sync", path_.native(), errno);
        return status();
    }

    [[nodiscard]] Status status() const { return fault_ ? Status(*fault_) : Status(); }

    FileDescriptor file_;
    const std::filesystem::path path_;

    mutable std::mutex file_mutex_;
    std::optional<Error> fault_;
    std::uint64_t sequence_ = 0;
    std::uint64_t complete_size_ = 0;  // size of the complete records in the file
    std::string scratch_;
    std::map<std::string, MetricId, std::less<>> metrics_;

    std::vector<RawPoint> ring_;
    alignas(64) std::atomic<std::uint64_t> head_{0};  // the producer's: points added
    std::uint64_t cached_tail_ = 0;                   // the producer's last value of tail_
    alignas(64) std::atomic<std::uint64_t> tail_{0};  // the consumer's: points removed

    std::mutex wake_mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::create(const std::filesystem::path& path, const Json& attempt) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.valid() && errno == EEXIST) {
        return make_error(Code::kWrongState, "journal '{}' exists already; each attempt writes one of its own",
                          path.native());
    }
    if (!file.valid()) return os_error("write", path.native(), errno);
    while (::flock(file.get(), LOCK_EX) != 0) {  // waits for a check by journal_has_writer()
        if (errno != EINTR) return os_error("lock", path.native(), errno);
    }
    auto writer = std::make_unique<FileJournalWriter>(std::move(file), path);
    Status begun = writer->begin(attempt);
    if (begun) begun = sync_folder(path.parent_path());
    if (!begun) {
        ::unlink(path.c_str());
        return std::move(begun).error();
    }
    return std::unique_ptr<JournalWriter>(std::move(writer));
}

bool journal_has_writer(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return file.valid() && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace goetia
