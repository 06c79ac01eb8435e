#include "fetch/mirror.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace goetia {
namespace {

constexpr int kMaxRedirects = 5;

bool is_redirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool may_pass(long status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

class Attempt {
  public:
    Attempt(const FetchPlan& plan, const FetchCallbacks& callbacks, const std::set<std::string>& named,
            const Url& mirror, PartFile& part)
        : plan_(plan), callbacks_(callbacks), named_(named), mirror_(mirror), part_(part) {}

    std::optional<AttemptFailure> run() {
        if (part_.complete()) return std::nullopt;
        const std::int64_t first = part_.size() && !part_.missing().empty() ? part_.missing().front().begin : 0;
        if (Status led = get({first, first + plan_.piece}, true); !led) return failure(std::move(led).error());
        if (!part_.complete() && ranged_) {
            if (Status rest = get_rest(); !rest) return failure(std::move(rest).error());
        }
        if (!part_.size()) part_.describe(part_.present(), part_.validator(), mirror_.text);
        if (!part_.complete())
            return failure(make_error(Code::kUnavailable, "'{}' ended after {} of {} bytes", mirror_.text,
                                      part_.present(), part_.size().value_or(0)));
        return std::nullopt;
    }

  private:
    // Returns the error and records its verdict; the first one counts, from whichever thread.
    Error with(Verdict verdict, Error error, std::optional<double> wait = std::nullopt) {
        const std::scoped_lock lock(mutex_);
        if (!verdict_) verdict_ = verdict, wait_ = wait;
        return error;
    }

    AttemptFailure failure(Error error) {
        const Verdict usual = error.code == Code::kUnavailable ? Verdict::kRetry
                              : error.code == Code::kDenied    ? Verdict::kNextMirror
                                                               : Verdict::kGiveUp;
        return {std::move(error), verdict_.value_or(usual), wait_};
    }

    // Requests `span`. The lead request learns the file's size and takes all of it when the server does not support
    // ranges.
    Status get(ByteSpan span, bool lead) {
        TransferRequest request{.url = mirror_, .range = fmt::format("{}-{}", span.begin, span.end - 1)};
        request.connect_seconds = plan_.connect_seconds;
        request.stall_seconds = plan_.stall_seconds;
        request.stopped = [this] { return halted_ || callbacks_.stop.stop_requested(); };
        if (part_.present() > 0 || !lead) request.if_range = part_.url() == mirror_.text ? part_.validator() : "";
        std::int64_t at = span.begin;
        std::optional<std::int64_t> end;
        const TransferSink sink{.head = [&](const ResponseHead& head) -> Result<bool> {
                                    if (is_redirect(head.status)) return false;
                                    GOETIA_TRY(lead ? accept_lead(head, span) : accept_more(head, span));
                                    if (head.status == 200) at = 0;
                                    end = head.status == 206 ? head.range->end : part_.size();
                                    return true;
                                },
                                .body = [&](std::string_view bytes) -> Status {
                                    if (at + static_cast<std::int64_t>(bytes.size()) > end.value_or(plan_.max_bytes))
                                        return with(
                                            end ? Verdict::kRetry : Verdict::kNextMirror,
                                            make_error(Code::kUnavailable, "'{}' sends more than the expected {} bytes",
                                                       mirror_.text, end.value_or(plan_.max_bytes)));
                                    GOETIA_TRY(part_.write(at, bytes));
                                    at += static_cast<std::int64_t>(bytes.size());
                                    report();
                                    return {};
                                }};
        Status got = exchange(request, sink);
        GOETIA_TRY(part_.save_state());
        GOETIA_TRY(std::move(got));
        if (end && at < *end)
            return make_error(Code::kUnavailable, "'{}' ended {} bytes early", mirror_.text, *end - at);
        return {};
    }

    // Follows redirects itself: each one is checked before connecting.
    Status exchange(TransferRequest& request, const TransferSink& sink) {
        for (int hop = 0; hop <= kMaxRedirects; ++hop) {
            request.any_address = named_.contains(request.url.origin);
            GOETIA_ASSIGN(const ResponseHead head, transfer(request, sink));
            if (!is_redirect(head.status)) return {};
            auto next = parse_url(head.location, request.url.text);
            if (!next) return with(Verdict::kNextMirror, std::move(next).error());
            if (next->scheme == "file" || (request.url.scheme == "https" && next->scheme == "http"))
                return with(Verdict::kNextMirror,
                            make_error(Code::kDenied, "'{}' redirects to '{}', which is less secure", request.url.text,
                                       next->text));
            request.url = *std::move(next);
        }
        return with(Verdict::kNextMirror,
                    make_error(Code::kUnavailable, "'{}' redirects more than {} times", mirror_.text, kMaxRedirects));
    }

    Status refuse_status(const ResponseHead& head) {
        return with(may_pass(head.status) ? Verdict::kRetry : Verdict::kNextMirror,
                    make_error(head.status == 404 || head.status == 410   ? Code::kNotFound
                               : head.status == 401 || head.status == 403 ? Code::kDenied
                                                                          : Code::kUnavailable,
                               "'{}' answered with status {}", mirror_.text, head.status),
                    head.retry_after);
    }

    Status check_size(std::optional<std::int64_t> size) {
        if (size && *size > plan_.max_bytes)
            return with(Verdict::kNextMirror,
                        invalid("'{}' has {} bytes, more than the allowed {}", mirror_.text, *size, plan_.max_bytes));
        if (size && plan_.expected.bytes && *size != *plan_.expected.bytes)
            return with(Verdict::kNextMirror,
                        invalid("'{}' has {} bytes, {} are published", mirror_.text, *size, *plan_.expected.bytes));
        return {};
    }

    Status start_over(const std::string& why) {
        GOETIA_TRY(part_.reset());
        return with(Verdict::kRetry, make_error(Code::kUnavailable, "'{}' {}", mirror_.text, why));
    }

    Status accept_lead(const ResponseHead& head, ByteSpan span) {
        if (head.status == 416) return start_over("does not have that part of the file; it is fetched again");
        if (head.status != 200 && head.status != 206) return refuse_status(head);
        if (!head.encoding.empty() && head.encoding != "identity")
            return with(Verdict::kNextMirror,
                        invalid("'{}' sends it encoded as '{}', which was not requested", mirror_.text, head.encoding));
        if (head.status == 200) {  // all of it: no support for ranges, or the file changed
            GOETIA_TRY(check_size(head.length));
            if (part_.present() > 0) GOETIA_TRY(part_.reset());
            part_.describe(head.length, head.validator(), mirror_.text);
            return {};
        }
        if (!head.range || head.range->begin != span.begin || !head.range->total)
            return with(Verdict::kNextMirror,
                        make_error(Code::kUnavailable, "'{}' answered with another part than requested", mirror_.text));
        GOETIA_TRY(check_size(head.range->total));
        if (part_.size() && *part_.size() != *head.range->total)
            return start_over("has another size than before; it is fetched again");
        ranged_ = true;
        part_.describe(head.range->total, head.validator(), mirror_.text);
        return {};
    }

    Status accept_more(const ResponseHead& head, ByteSpan span) {
        if (head.status == 200 || head.status == 416)
            return start_over("changed during the download; it is fetched again");
        if (head.status != 206) return refuse_status(head);
        if (!head.range || head.range->begin != span.begin || head.range->end > span.end ||
            head.range->total != part_.size())
            return start_over("answered with another part than requested");
        return {};
    }

    // The missing parts: in one request each, or for large files in pieces over several connections.
    Status get_rest() {
        const std::vector<ByteSpan> missing = part_.missing();
        const bool large = *part_.size() >= plan_.parallel_from && plan_.connections > 1;
        std::vector<ByteSpan> pieces;
        for (ByteSpan gap : missing) {
            for (; large && gap.end - gap.begin > plan_.piece; gap.begin += plan_.piece)
                pieces.push_back({gap.begin, gap.begin + plan_.piece});
            pieces.push_back(gap);
        }
        std::atomic<std::size_t> next{0};
        std::optional<Error> wrong;
        const auto work = [&] {
            for (std::size_t i = next++; i < pieces.size() && !halted_; i = next++) {
                Status got = get(pieces[i], false);
                if (got) continue;
                const std::scoped_lock lock(mutex_);
                if (!halted_.exchange(true)) wrong = std::move(got).error();
            }
        };
        std::vector<std::jthread> threads;
        const std::size_t count = large ? std::min<std::size_t>(plan_.connections, pieces.size()) : 1;
        for (std::size_t i = 1; i < count; ++i) threads.emplace_back(work);
        work();
        threads.clear();  // joins
        if (wrong) return *std::move(wrong);
        return {};
    }

    void report() {
        const std::scoped_lock lock(mutex_);
        if (callbacks_.on_progress) callbacks_.on_progress({part_.present(), part_.size().value_or(0)});
    }

    const FetchPlan& plan_;
    const FetchCallbacks& callbacks_;
    const std::set<std::string>& named_;
    const Url& mirror_;
    PartFile& part_;
    std::mutex mutex_;
    std::atomic<bool> halted_{false};
    bool ranged_ = false;
    std::optional<Verdict> verdict_;
    std::optional<double> wait_;
};

}  // namespace

std::optional<AttemptFailure> fetch_missing(const FetchPlan& plan, const FetchCallbacks& callbacks,
                                            const std::set<std::string>& named, const Url& mirror, PartFile& part) {
    return Attempt(plan, callbacks, named, mirror, part).run();
}

}  // namespace goetia
