#include "fetch/transfer.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <curl/curl.h>
#include <unistd.h>

#include "base/clock.h"
#include "fetch/address.h"
#include "fetch/proxy.h"

namespace goetia {
namespace {

constexpr int kPollMilliseconds = 50;  // how often to check for a stop request and a stall

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void read_field(std::string_view line, ResponseHead& head) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-length") head.length = number_of(value);
    if (name == "content-range") head.range = parse_content_range(value);
    if (name == "content-encoding") head.encoding = value;
    if (name == "etag") head.etag = value;
    if (name == "last-modified") head.last_modified = value;
    if (name == "location") head.location = value;
    if (name == "retry-after") {
        if (const auto seconds = number_of(value)) head.retry_after = static_cast<double>(*seconds);
    }
}

// A running transfer: the context of curl's callbacks.
class Exchange {
  public:
    Exchange(const TransferRequest& request, const TransferSink& sink) : request_(request), sink_(sink) {
        if (!request.any_address) proxies_ = proxy_addresses(request.url);
    }

    Result<ResponseHead> run() {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once for the process
        const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
        const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(), curl_multi_cleanup);
        if (ready != CURLE_OK || !easy || !multi) return failed("cannot start a download: out of memory");
        if (!request_.any_address && request_.url.names_closed_host()) return refusal(request_.url.host);
        set_options(easy.get());
        curl_multi_add_handle(multi.get(), easy.get());
        const CURLcode code = perform(multi.get());
        curl_multi_remove_handle(multi.get(), easy.get());
        return outcome(code);
    }

  private:
    template <class Value>
    static void set(CURL* easy, CURLoption option, Value value) {
        curl_easy_setopt(easy, option, value);
    }

    void set_options(CURL* easy) {
        set(easy, CURLOPT_URL, request_.url.text.c_str());
        set(easy, CURLOPT_NOSIGNAL, 1L);
        set(easy, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
        set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
        set(easy, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
        set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(easy, CURLOPT_USERAGENT, "goetia");
        set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_seconds * 1000));
        set(easy, CURLOPT_ERRORBUFFER, words_);
        if (!request_.range.empty()) set(easy, CURLOPT_RANGE, request_.range.c_str());
        if (!request_.if_range.empty()) {
            fields_.reset(curl_slist_append(nullptr, ("If-Range: " + request_.if_range).c_str()));
            set(easy, CURLOPT_HTTPHEADER, fields_.get());
        }
        set(easy, CURLOPT_HEADERFUNCTION, &Exchange::on_header);
        set(easy, CURLOPT_HEADERDATA, this);
        set(easy, CURLOPT_WRITEFUNCTION, &Exchange::on_body);
        set(easy, CURLOPT_WRITEDATA, this);
        set(easy, CURLOPT_OPENSOCKETFUNCTION, &Exchange::on_socket);
        set(easy, CURLOPT_OPENSOCKETDATA, this);
    }

    CURLcode perform(CURLM* multi) {
        double window = steady_seconds();
        for (int running = 1; running > 0;) {
            if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
            if (running == 0) break;
            if (request_.stopped()) {
                error_ = make_error(Code::kCancelled, "stopped");
                return CURLE_ABORTED_BY_CALLBACK;
            }
            if (const double now = steady_seconds(); now - window > request_.stall_seconds) {
                if (in_window_ < request_.stall_bytes) {
                    error_ = make_error(Code::kUnavailable, "'{}' sent only {} bytes in {:g} seconds",
                                        request_.url.text, in_window_, request_.stall_seconds);
                    return CURLE_OPERATION_TIMEDOUT;
                }
                window = now, in_window_ = 0;
            }
            curl_multi_poll(multi, nullptr, 0, kPollMilliseconds, nullptr);
        }
        int left = 0;
        const CURLMsg* message = curl_multi_info_read(multi, &left);
        return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
    }

    Result<ResponseHead> outcome(CURLcode code) {
        if (error_) return *std::move(error_);
        if (code == CURLE_OK || body_skipped_) return std::move(head_);
        if (refused_ && head_.status == 0) return *std::move(refused_);
        return make_error(Code::kUnavailable, "'{}': {}", request_.url.text,
                          words_[0] != '\0' ? words_ : curl_easy_strerror(code));
    }

    [[nodiscard]] Error refusal(const std::string& address) const {
        return make_error(Code::kDenied,
                          "'{}' leads to {}, a local address that was not named; name it yourself if it is intended",
                          request_.url.text, address);
    }

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<Exchange*>(self)->take_header({data, size * count}) ? size * count : 0;
    }

    bool take_header(std::string_view line) {
        in_window_ += static_cast<std::int64_t>(line.size());
        if (line.starts_with("HTTP/")) {
            head_ = {};
            const auto space = line.find(' ');
            if (space != std::string_view::npos) head_.status = number_of(line.substr(space + 1, 3)).value_or(0);
            return true;
        }
        if (!trimmed(line).empty()) return read_field(line, head_), true;
        if (head_.status < 200) return true;  // "100 Continue": the response is still to come
        auto accepted = sink_.head(head_);
        if (!accepted) error_ = std::move(accepted).error();
        body_skipped_ = accepted && !*accepted;
        return !error_ && !body_skipped_;
    }

    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<Exchange*>(self)->take_body({data, size * count}) ? size * count : 0;
    }

    bool take_body(std::string_view bytes) {
        in_window_ += static_cast<std::int64_t>(bytes.size());
        Status taken = sink_.body(bytes);
        if (!taken) error_ = std::move(taken).error();
        return !error_;
    }

    // Checks the resolved address at the moment of connecting, so that the name cannot resolve differently in between.
    static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) {
        auto& exchange = *static_cast<Exchange*>(self);
        const bool proxy = std::any_of(exchange.proxies_.begin(), exchange.proxies_.end(), [&](const auto& one) {
            return same_address(reinterpret_cast<const sockaddr&>(one), address->addr);
        });
        if (!exchange.request_.any_address && !proxy && !is_public_address(address->addr)) {
            exchange.refused_ = exchange.refusal(address_text(address->addr));
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    const TransferRequest& request_;
    const TransferSink& sink_;
    std::vector<sockaddr_storage> proxies_;
    std::unique_ptr<curl_slist, FreeList> fields_;
    ResponseHead head_;
    std::optional<Error> error_, refused_;  // refused_: another address of the host may still be tried
    bool body_skipped_ = false;
    std::int64_t in_window_ = 0;
    char words_[CURL_ERROR_SIZE] = {};
};

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view text) {
    if (!text.starts_with("bytes ")) return std::nullopt;
    text.remove_prefix(6);
    const auto dash = text.find('-'), slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    ContentRange range;
    range.total = number_of(text.substr(slash + 1));
    if (text.substr(0, slash) == "*") return range;  // of a 416: only the file's size
    if (dash == std::string_view::npos || dash > slash) return std::nullopt;
    const auto first = number_of(text.substr(0, dash)), last = number_of(text.substr(dash + 1, slash - dash - 1));
    if (!first || !last || *last < *first || (range.total && *last >= *range.total)) return std::nullopt;
    range.begin = *first, range.end = *last + 1;
    return range;
}

std::string ResponseHead::validator() const { return !etag.empty() && !etag.starts_with("W/") ? etag : last_modified; }

Result<ResponseHead> transfer(const TransferRequest& request, const TransferSink& sink) {
    return Exchange(request, sink).run();
}

}  // namespace goetia
