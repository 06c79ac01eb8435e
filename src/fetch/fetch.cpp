#include "fetch/fetch.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <set>
#include <thread>
#include <unistd.h>

#include "base/clock.h"
#include "fetch/backoff.h"
#include "fetch/mirror.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kWorthwhileBytes = 1 << 20;  // an attempt with this much progress uses up no retry

void sleep_unless_stopped(double seconds, const StopToken& stop) {
    const double until = steady_seconds() + seconds;
    while (steady_seconds() < until && !stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

class Fetcher {
  public:
    Fetcher(const FetchPlan& plan, const FetchCallbacks& callbacks)
        : plan_(plan), callbacks_(callbacks), random_({.seed = callbacks.seed, .purpose = purpose("fetch.retry")}) {}

    Result<Fetched> run() {
        GOETIA_ASSIGN(const bool there, already_there());
        if (there) return fetched_;
        if (plan_.urls.empty()) return invalid("there is no URL to fetch '{}' from", plan_.target.native());
        for (const std::string& text : plan_.urls) {
            GOETIA_ASSIGN(Url url, parse_url(text));
            if (plan_.named_by_user) named_.insert(url.origin);
            mirrors_.push_back(std::move(url));
        }
        GOETIA_TRY(make_folders(plan_.target.parent_path()));
        GOETIA_ASSIGN(const std::unique_ptr<PartFile> part, PartFile::open(plan_.target));
        fetched_.resumed = part->present();
        return from_mirrors(*part);
    }

  private:
    Result<bool> already_there() {
        std::error_code code;
        if (!fs::exists(plan_.target, code)) return false;
        GOETIA_ASSIGN(fetched_.sums, sums_of(plan_.target, callbacks_.stop));
        if (!plan_.expected.has_sum() && !plan_.expected.bytes)
            return make_error(Code::kWrongState,
                              "'{}' exists already and there is no checksum to check it against; "
                              "remove it or name another target",
                              plan_.target.native());
        return mismatch(plan_.expected, fetched_.sums).empty();
    }

    Result<Fetched> from_mirrors(PartFile& part) {
        std::vector<Error> errors;
        for (const Url& mirror : mirrors_) {
            auto failure = from_mirror(mirror, part);
            if (!failure) return fetched_;
            if (failure->error.code == Code::kCancelled || failure->verdict == Verdict::kGiveUp) return failure->error;
            errors.push_back(std::move(failure->error));
        }
        if (errors.size() == 1) return std::move(errors[0]);
        Error all = make_error(errors.back().code, "'{}' could not be fetched from any of {} mirrors",
                               plan_.target.filename().native(), errors.size());
        for (const Error& error : errors) all.faults.push_back({.message = error.message});
        return all;
    }

    std::optional<AttemptFailure> from_mirror(const Url& mirror, PartFile& part) {
        if (Status ready = take_over(mirror, part); !ready) return AttemptFailure{std::move(ready).error()};
        for (int retry = 0;; ++retry) {
            const std::int64_t before = part.present();
            auto failure = mirror.scheme == "file" ? copy_file(mirror, part)
                                                   : fetch_missing(plan_, callbacks_, named_, mirror, part);
            if (!failure) failure = check_and_finish(mirror, part, before > 0 || retry > 0);
            if (!failure) return std::nullopt;
            if (callbacks_.stop.stop_requested()) return stopped(part);
            if (part.present() - before >= kWorthwhileBytes) retry = 0;
            if (failure->verdict != Verdict::kRetry || retry >= plan_.retries) return failure;
            wait_for_retry(*failure, retry);
            if (callbacks_.stop.stop_requested()) return stopped(part);
        }
    }

    // Bytes from another mirror are kept only if a published checksum will verify them.
    Status take_over(const Url& mirror, PartFile& part) const {
        if (part.present() == 0 || part.url() == mirror.text) {
            const bool unsure = part.present() > 0 && part.validator().empty() && !plan_.expected.has_sum();
            return unsure ? part.reset() : Status{};
        }
        return plan_.expected.has_sum() ? Status{} : part.reset();
    }

    [[nodiscard]] AttemptFailure stopped(const PartFile& part) const {
        return {make_error(Code::kCancelled, "stopped after {} bytes of '{}'; the next call resumes there",
                           part.present(), plan_.target.filename().native())};
    }

    void wait_for_retry(const AttemptFailure& failure, int retry) {
        ++fetched_.retries;
        const double seconds = retry_seconds(retry, failure.wait, random_);
        if (callbacks_.on_message)
            callbacks_.on_message(fmt::format("trying again in {:.1f}s ({} of {}): {}", seconds, retry + 1,
                                              plan_.retries, failure.error.message));
        callbacks_.wait ? callbacks_.wait(seconds) : sleep_unless_stopped(seconds, callbacks_.stop);
    }

    std::optional<AttemptFailure> check_and_finish(const Url& mirror, PartFile& part, bool mixed) {
        auto sums = sums_of(part.path(), callbacks_.stop);
        if (!sums) return AttemptFailure{std::move(sums).error()};
        if (const std::string wrong = mismatch(plan_.expected, *sums); !wrong.empty()) {
            if (Status gone = part.reset(); !gone) return AttemptFailure{std::move(gone).error()};
            return AttemptFailure{invalid("'{}' sent another file: {}", mirror.text, wrong),
                                  mixed ? Verdict::kRetry : Verdict::kNextMirror};
        }
        if (Status done = part.finish(); !done) return AttemptFailure{std::move(done).error()};
        fetched_.sums = *std::move(sums);
        fetched_.url = mirror.text;
        return std::nullopt;
    }

    // From a file:// mirror, which can only come from the plan itself.
    std::optional<AttemptFailure> copy_file(const Url& mirror, PartFile& part) {
        const auto copied = [&]() -> Status {
            const FileDescriptor from(::open(mirror.path.c_str(), O_RDONLY | O_CLOEXEC));
            if (!from.valid()) return os_error("open", mirror.path, errno);
            GOETIA_TRY(part.reset());
            std::string buffer(1U << 20U, '\0');
            std::int64_t at = 0;
            for (ssize_t got = 0;;) {
                got = ::read(from.get(), buffer.data(), buffer.size());
                if (got < 0 && errno == EINTR) continue;
                if (got < 0) return os_error("read", mirror.path, errno);
                if (got == 0) break;
                if (callbacks_.stop.stop_requested()) return make_error(Code::kCancelled, "stopped");
                if (at + got > plan_.max_bytes)
                    return invalid("'{}' has more than the allowed {} bytes", mirror.path, plan_.max_bytes);
                GOETIA_TRY(part.write(at, std::string_view(buffer).substr(0, static_cast<std::size_t>(got))));
                at += got;
                if (callbacks_.on_progress) callbacks_.on_progress({at, 0});
            }
            part.describe(at, "", mirror.text);
            return {};
        };
        Status status = copied();
        if (status) return std::nullopt;
        return AttemptFailure{std::move(status).error(), Verdict::kNextMirror};
    }

    const FetchPlan& plan_;
    const FetchCallbacks& callbacks_;
    Random random_;
    std::vector<Url> mirrors_;
    std::set<std::string> named_;
    Fetched fetched_;
};

}  // namespace

Result<Fetched> fetch(const FetchPlan& plan, const FetchCallbacks& callbacks) { return Fetcher(plan, callbacks).run(); }

}  // namespace goetia
