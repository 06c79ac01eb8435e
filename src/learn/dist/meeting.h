// Where the ranks of an attempt meet: names with bytes, kept at rank 0 for those alone who know the attempt's secret.
// Each side proves that it knows it before the other takes or gives a byte (HMAC-SHA256 over nonces of both). Rank 0
// listens at one address, not at every one of its machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

class MeetingServer {
  public:
    // Listens at this address (in numbers) alone; `port` 0: any free one.
    static Result<std::unique_ptr<MeetingServer>> open(const std::string& address, int port, const std::string& secret);
    virtual ~MeetingServer() = default;
    [[nodiscard]] virtual int port() const = 0;
};

// One connection; requests of several threads follow each other.
class MeetingClient {
  public:
    // Tries until rank 0 listens, or the time is up. kDenied: it does not know the secret, or says that we do not.
    static Result<std::unique_ptr<MeetingClient>> join(const std::string& host, int port, const std::string& secret,
                                                       std::chrono::milliseconds patience);

    Status set(const std::string& key, const std::string& value);
    // Waits until somebody has set it; kUnavailable when nobody has in time.
    Result<std::string> get(const std::string& key, std::chrono::milliseconds patience);
    // The sum so far, stored as its decimal digits.
    Result<std::int64_t> add(const std::string& key, std::int64_t value);
    // Sets it to `desired` if it is `expected`, or not there and nothing is expected; gives what is there then.
    Result<std::string> compare_set(const std::string& key, const std::string& expected, const std::string& desired);
    Result<bool> check(const std::string& key);
    Result<bool> erase(const std::string& key);
    Result<std::int64_t> count();

  private:
    explicit MeetingClient(FileDescriptor socket) : socket_(std::move(socket)) {}
    Result<std::string> ask(char what, const std::vector<std::string>& texts);

    FileDescriptor socket_;
    std::mutex mutex_;
};

}  // namespace goetia
