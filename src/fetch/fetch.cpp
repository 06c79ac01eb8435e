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

constexpr std::int64_t kWorthwhile = 1 << 20;  // an attempt that brought this much uses up no retry

void sleep_unless_stopped(double seconds, const StopToken& stop) {
    const double until = steady_seconds() + seconds;
    while (steady_seconds() < until && !stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

class Fetcher {
  public:
    Fetcher(const FetchPlan& plan, const FetchEdges& edges)
        : plan_(plan), edges_(edges), random_({.seed = edges.seed, .purpose = purpose("fetch.retry")}) {}

    Result<Fetched> run() {
        GOETIA_ASSIGN(const bool there, already_there());
        if (there) return fetched_;
        if (plan_.urls.empty()) return invalid("there is no address to fetch '{}' from", plan_.target.native());
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
        GOETIA_ASSIGN(fetched_.sums, sums_of(plan_.target, edges_.stop));
        if (!plan_.expected.has_sum() && !plan_.expected.bytes)
            return make_error(Code::kWrongState,
                              "'{}' is there already and nothing says whether it is the right one; "
                              "remove it or name another target",
                              plan_.target.native());
        return mismatch(plan_.expected, fetched_.sums).empty();
    }

    Result<Fetched> from_mirrors(PartFile& part) {
        std::vector<Error> errors;
        for (const Url& mirror : mirrors_) {
            auto trouble = from_mirror(mirror, part);
            if (!trouble) return fetched_;
            if (trouble->error.code == Code::kCancelled || trouble->verdict == Verdict::kGiveUp) return trouble->error;
            errors.push_back(std::move(trouble->error));
        }
        if (errors.size() == 1) return std::move(errors[0]);
        Error all = make_error(errors.back().code, "'{}' could not be fetched from any of {} mirrors",
                               plan_.target.filename().native(), errors.size());
        for (const Error& error : errors) all.faults.push_back({.message = error.message});
        return all;
    }

    std::optional<Trouble> from_mirror(const Url& mirror, PartFile& part) {
        if (Status ready = take_over(mirror, part); !ready) return Trouble{std::move(ready).error()};
        for (int retry = 0;; ++retry) {
            const std::int64_t before = part.present();
            auto trouble =
                mirror.scheme == "file" ? copy_file(mirror, part) : fetch_missing(plan_, edges_, named_, mirror, part);
            if (!trouble) trouble = check_and_finish(mirror, part, before > 0 || retry > 0);
            if (!trouble) return std::nullopt;
            if (edges_.stop.stop_requested()) return stopped(part);
            if (part.present() - before >= kWorthwhile) retry = 0;
            if (trouble->verdict != Verdict::kRetry || retry >= plan_.retries) return trouble;
            wait_for_retry(*trouble, retry);
            if (edges_.stop.stop_requested()) return stopped(part);
        }
    }

    // What another mirror left is good only if a published sum will tell.
    Status take_over(const Url& mirror, PartFile& part) const {
        if (part.present() == 0 || part.url() == mirror.text) {
            const bool unsure = part.present() > 0 && part.validator().empty() && !plan_.expected.has_sum();
            return unsure ? part.reset() : Status{};
        }
        return plan_.expected.has_sum() ? Status{} : part.reset();
    }

    [[nodiscard]] Trouble stopped(const PartFile& part) const {
        return {make_error(Code::kCancelled, "stopped with {} bytes of '{}' there; the next call goes on with them",
                           part.present(), plan_.target.filename().native())};
    }

    void wait_for_retry(const Trouble& trouble, int retry) {
        ++fetched_.retries;
        const double seconds = retry_seconds(retry, trouble.wait, random_);
        if (edges_.say)
            edges_.say(fmt::format("trying again in {:.1f}s ({} of {}): {}", seconds, retry + 1, plan_.retries,
                                   trouble.error.message));
        edges_.wait ? edges_.wait(seconds) : sleep_unless_stopped(seconds, edges_.stop);
    }

    std::optional<Trouble> check_and_finish(const Url& mirror, PartFile& part, bool mixed) {
        auto sums = sums_of(part.path(), edges_.stop);
        if (!sums) return Trouble{std::move(sums).error()};
        if (const std::string wrong = mismatch(plan_.expected, *sums); !wrong.empty()) {
            if (Status gone = part.reset(); !gone) return Trouble{std::move(gone).error()};
            return Trouble{invalid("what '{}' sent is not the file: {}", mirror.text, wrong),
                           mixed ? Verdict::kRetry : Verdict::kNextMirror};
        }
        if (Status done = part.finish(); !done) return Trouble{std::move(done).error()};
        fetched_.sums = *std::move(sums);
        fetched_.url = mirror.text;
        return std::nullopt;
    }

    // A file:// mirror: only ever one that was named in the plan.
    std::optional<Trouble> copy_file(const Url& mirror, PartFile& part) {
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
                if (edges_.stop.stop_requested()) return make_error(Code::kCancelled, "stopped");
                if (at + got > plan_.most_bytes)
                    return invalid("'{}' has more than the {} bytes that are taken", mirror.path, plan_.most_bytes);
                GOETIA_TRY(part.write(at, std::string_view(buffer).substr(0, static_cast<std::size_t>(got))));
                at += got;
                if (edges_.told) edges_.told({at, 0});
            }
            part.describe(at, "", mirror.text);
            return {};
        };
        Status status = copied();
        if (status) return std::nullopt;
        return Trouble{std::move(status).error(), Verdict::kNextMirror};
    }

    const FetchPlan& plan_;
    const FetchEdges& edges_;
    Random random_;
    std::vector<Url> mirrors_;
    std::set<std::string> named_;
    Fetched fetched_;
};

}  // namespace

Result<Fetched> fetch(const FetchPlan& plan, const FetchEdges& edges) { return Fetcher(plan, edges).run(); }

}  // namespace goetia
