#include <algorithm>
#include <mutex>
#include <optional>

#include <curl/curl.h>

#include "feeding/packed/byte_source.h"

namespace goetia {
namespace {

struct EndHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, EndHandle>;

struct Answer {
    std::string body, content_range;
    std::size_t limit = 0;
};

std::size_t take_body(char* data, std::size_t one, std::size_t count, void* to) {
    auto& answer = *static_cast<Answer*>(to);
    if (answer.body.size() + one * count > answer.limit) return 0;  // more than requested: ends the transfer
    answer.body.append(data, one * count);
    return one * count;
}

std::size_t take_header(char* data, std::size_t one, std::size_t count, void* to) {
    const std::string_view line(data, one * count);
    constexpr std::string_view kName = "content-range:";
    const bool same = line.size() > kName.size() &&
                      std::equal(kName.begin(), kName.end(), line.begin(),
                                 [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
    if (same) static_cast<Answer*>(to)->content_range = line.substr(kName.size());
    return one * count;
}

class Ranges : public ByteSource {
  public:
    Ranges(std::string address, const RangeLimits& limits, std::shared_ptr<BlockCache> kept)
        : address_(std::move(address)), limits_(limits), kept_(std::move(kept)), file_(kept_->new_file()) {}

    [[nodiscard]] std::uint64_t size() const override { return size_; }

    Status find_size() {
        GOETIA_ASSIGN(const Answer answer, fetch(0, 0));
        const std::size_t slash = answer.content_range.rfind('/');
        if (slash != std::string::npos) size_ = std::strtoull(answer.content_range.c_str() + slash + 1, nullptr, 10);
        if (size_ > 0) return {};
        return make_error(Code::kUnsupported, "'{}' does not give its size; a server that supports ranges is needed",
                          address_);
    }

    [[nodiscard]] Result<SharedBytes> read(std::uint64_t at, std::uint64_t count) const override {
        GOETIA_TRY(check_range(at, count));
        const std::uint64_t first = at / limits_.block, last = count == 0 ? first : (at + count - 1) / limits_.block;
        if (first == last) {
            GOETIA_ASSIGN(Block held, block(first));
            const std::string_view bytes = std::string_view(*held).substr(at - first * limits_.block, count);
            return SharedBytes{bytes, std::move(held)};
        }
        auto joined = std::make_shared<std::string>();
        joined->reserve(count);
        for (std::uint64_t number = first; number <= last; ++number) {
            GOETIA_ASSIGN(const Block held, block(number));
            const std::uint64_t begin = number * limits_.block, from = std::max(at, begin) - begin;
            joined->append(*held, from, std::min(at + count - begin - from, held->size() - from));
        }
        const std::string_view bytes = *joined;
        return SharedBytes{bytes, std::move(joined)};
    }

    [[nodiscard]] Result<SharedBytes> read_once(std::uint64_t at, std::uint64_t count) const override {
        GOETIA_TRY(check_range(at, count));
        if (count == 0) return SharedBytes{};
        GOETIA_ASSIGN(std::string fetched, fetch_bytes(at, count));
        auto held = std::make_shared<const std::string>(std::move(fetched));
        const std::string_view bytes = *held;
        return SharedBytes{bytes, std::move(held)};
    }

  private:
    [[nodiscard]] Status check_range(std::uint64_t at, std::uint64_t count) const {
        if (at <= size_ && count <= size_ - at) return {};
        return invalid("'{}' ends before byte {}", address_, at + count);
    }

    Result<Block> block(std::uint64_t number) const {
        const std::uint64_t at = number * limits_.block;
        return kept_->get({file_, number}, [&] { return fetch_bytes(at, std::min(limits_.block, size_ - at)); });
    }

    Result<std::string> fetch_bytes(std::uint64_t at, std::uint64_t count) const {
        GOETIA_ASSIGN(Answer answer, fetch(at, at + count - 1));
        if (answer.body.size() == count) return std::move(answer.body);
        return make_error(Code::kUnavailable, "'{}' sent {} bytes where {} were requested", address_,
                          answer.body.size(), count);
    }

    // Bytes [first, last], retried after network errors.
    Result<Answer> fetch(std::uint64_t first, std::uint64_t last) const {
        std::optional<Error> fault;
        for (int tries = 0; tries < limits_.tries; ++tries) {
            auto answer = fetch_once(first, last);
            if (answer || answer.error().code != Code::kUnavailable) return answer;
            fault = std::move(answer).error();
        }
        return *std::move(fault);
    }

    Result<Answer> fetch_once(std::uint64_t first, std::uint64_t last) const {
        Handle handle = take_handle();
        if (!handle) return failed("cannot start a transfer: out of memory");
        Answer answer;
        answer.limit = static_cast<std::size_t>(last - first + 1);
        const std::string range = fmt::format("{}-{}", first, last);
        CURL* curl = handle.get();
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, address_.c_str());
        curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 10L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, limits_.seconds);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
        const CURLcode code = curl_easy_perform(curl);
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        give_handle(std::move(handle));
        if (status == 404) return not_found("there is no '{}'", address_);
        if (status >= 400 && status < 500)
            return make_error(Code::kDenied, "'{}' answers with status {}", address_, status);
        if (status == 200)
            return make_error(Code::kUnsupported,
                              "'{}' does not support ranges; copy the set, or use a server that does", address_);
        if (code != CURLE_OK)
            return make_error(Code::kUnavailable, "cannot read '{}': {}", address_, curl_easy_strerror(code));
        if (status != 206) return make_error(Code::kUnavailable, "'{}' answers with status {}", address_, status);
        return answer;
    }

    Handle take_handle() const {
        const std::scoped_lock lock(mutex_);
        if (handles_.empty()) return Handle(curl_easy_init());
        Handle handle = std::move(handles_.back());
        handles_.pop_back();
        return handle;
    }
    void give_handle(Handle handle) const {
        const std::scoped_lock lock(mutex_);
        handles_.push_back(std::move(handle));
    }

    std::string address_;
    RangeLimits limits_;
    std::uint64_t size_ = 0;
    std::shared_ptr<BlockCache> kept_;
    std::uint64_t file_;
    mutable std::mutex mutex_;
    mutable std::vector<Handle> handles_;  // with their open connections
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_ranges(const std::string& address, std::shared_ptr<BlockCache> kept,
                                                const RangeLimits& limits) {
    auto made = std::make_unique<Ranges>(address, limits, std::move(kept));
    GOETIA_TRY(made->find_size());
    return std::unique_ptr<ByteSource>(std::move(made));
}

}  // namespace goetia
