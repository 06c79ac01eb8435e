#include "apps/goetia/task_follow.h"

#include <chrono>
#include <fcntl.h>
#include <thread>

#include "apps/goetia/progress_view.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/scratch_folder.h"
#include "experiment/journal.h"
#include "net/http.h"

namespace goetia::cli {
namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(100);
constexpr int kMostDamage = 100;
constexpr double kMasterAway = 60;  // seconds that it may be down, to be started again

// The journals of a task's attempts, one after the other, copied as they grow and read to a view.
class JournalsOfTask {
  public:
    JournalsOfTask(MasterCall& master, std::string task, std::filesystem::path folder, ProgressView& view)
        : master_(master), task_(std::move(task)), folder_(std::move(folder)), view_(view) {}

    // Takes what is there; `attempts` were made so far.
    Status take(int attempts) {
        for (;;) {
            GOETIA_ASSIGN(const bool grew, copy_more());
            GOETIA_TRY(read_more());
            if (grew) continue;
            if (attempt_ >= attempts) return {};
            ++attempt_;
            offset_ = 0;
            reader_.reset();
        }
    }

  private:
    [[nodiscard]] std::string name() const { return fmt::format("attempt_{}.journal", attempt_); }

    Result<bool> copy_more() {
        Result<std::string> piece =
            master_.bytes(fmt::format("/api/tasks/{}/logs?stream={}&offset={}&bytes=1048576", percent_encoded(task_),
                                      percent_encoded("journal/" + name()), offset_));
        if (!piece && piece.error().code == Code::kNotFound) return false;  // it has not begun
        if (!piece) return std::move(piece).error();
        if (piece->empty()) return false;
        const std::filesystem::path file = folder_ / name();
        const FileDescriptor copy(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        if (!copy.valid()) return os_error("write", file.native(), errno);
        GOETIA_TRY(write_all(copy.get(), *piece, file));
        offset_ += std::ssize(*piece);
        return true;
    }

    Status read_more() {
        if (offset_ == 0) return {};
        if (!reader_) {
            auto reader = JournalReader::open(folder_ / name());
            if (!reader) return {};  // its first bytes are not all there
            reader_ = *std::move(reader);
        }
        for (int damage = 0; damage < kMostDamage;) {
            const Result<std::optional<Record>> record = reader_->next();
            if (record && !*record) return {};
            if (record) view_.on_record(**record);
            else ++damage;
        }
        return failed("journal '{}' of task '{}' cannot be read", name(), task_);
    }

    MasterCall& master_;
    std::string task_;
    std::filesystem::path folder_;
    ProgressView& view_;
    int attempt_ = 1;
    std::int64_t offset_ = 0;
    std::unique_ptr<JournalReader> reader_;
};

}  // namespace

bool is_finished_task(const Json& task) {
    const std::string state = task.value("state", "");
    return state == "completed" || state == "failed" || state == "stopped";
}

Result<Json> follow_task(MasterCall& master, const std::string& id, ProgressView& view,
                         const std::function<void(const Json& task)>& on_state, const StopToken& stop) {
    GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("follow"));
    JournalsOfTask journals(master, id, scratch.path(), view);
    std::string state;
    double answered = steady_seconds();
    const auto look = [&]() -> Result<Json> {
        GOETIA_ASSIGN(Json task, master.ask("GET", "/api/tasks/" + percent_encoded(id)));
        GOETIA_TRY(journals.take(task.value("attempts", 0)));
        return task;
    };
    for (;;) {
        const Result<Json> looked = look();
        const bool may_be_back = !looked && looked.error().code == Code::kUnavailable &&
                                 steady_seconds() - answered < kMasterAway && !stop.stop_requested();
        if (may_be_back) {
            std::this_thread::sleep_for(kBetweenLooks);
            continue;
        }
        if (!looked) return looked.error();
        answered = steady_seconds();
        const Json& task = *looked;
        if (task.value("state", "") != state) {
            state = task.value("state", "");
            on_state(task);
        }
        if (is_finished_task(task)) return task;
        if (stop.stop_requested())
            return make_error(Code::kCancelled, "task '{}' goes on; it is no longer followed", id);
        view.on_tick();
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

}  // namespace goetia::cli
