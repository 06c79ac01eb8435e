#include "run/background_deriver.h"

#include <chrono>
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

namespace goetia {
namespace {

constexpr int kNice = 10;  // training takes precedence

}  // namespace

BackgroundDeriver::BackgroundDeriver(ExperimentFolder folder, int attempt, const DeriveOptions& options, double seconds)
    : folder_(std::move(folder)), attempt_(attempt), options_(options), seconds_(seconds) {
    // Signals are handled by the program's own threads: this one starts with all of them blocked.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BackgroundDeriver::~BackgroundDeriver() { stop(); }

void BackgroundDeriver::work() {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);  // of this thread, and of the programs it starts
    std::unique_lock wait(mutex_);
    while (!wake_.wait_for(wait, std::chrono::duration<double>(seconds_), [this] { return stopping_; })) {
        wait.unlock();
        std::error_code code;
        if (std::filesystem::exists(folder_.journal(attempt_), code)) {
            if (!deriver_) deriver_ = std::make_unique<Deriver>(folder_, options_);
            // An error may be temporary (a full disk): the next update starts over, and finish() reports one that
            // persists.
            [[maybe_unused]] const Status updated = deriver_->update();
        }
        wait.lock();
    }
}

void BackgroundDeriver::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Result<std::vector<std::string>> BackgroundDeriver::finish() {
    stop();
    std::error_code code;
    if (!std::filesystem::exists(folder_.journal(attempt_), code)) return std::vector<std::string>();
    if (!deriver_) deriver_ = std::make_unique<Deriver>(folder_, options_);
    GOETIA_TRY(deriver_->finish());
    return deriver_->plot_errors();
}

}  // namespace goetia
