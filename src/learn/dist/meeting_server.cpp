#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <list>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

#include "learn/dist/meeting.h"
#include "learn/dist/meeting_place.h"
#include "learn/dist/meeting_wire.h"

namespace goetia {
namespace {

constexpr std::size_t kMostStrangers = 64;  // connections at once that have not proved anything yet
constexpr timeval kPatience{5, 0};          // with them

// The names and their bytes.
class MeetingTable {
  public:
    void set(const std::string& key, std::string value) {
        const std::scoped_lock lock(mutex_);
        values_[key] = std::move(value);
        changed_.notify_all();
    }
    std::optional<std::string> get(const std::string& key, std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        const bool there = changed_.wait_for(lock, patience, [&] { return ended_ || values_.contains(key); });
        return there && values_.contains(key) ? std::optional(values_[key]) : std::nullopt;
    }
    std::int64_t add(const std::string& key, std::int64_t value) {
        const std::scoped_lock lock(mutex_);
        const auto found = values_.find(key);
        const std::int64_t sum = value + (found == values_.end() ? 0 : std::atoll(found->second.c_str()));
        values_[key] = std::to_string(sum);
        changed_.notify_all();
        return sum;
    }
    std::string compare_set(const std::string& key, const std::string& expected, const std::string& desired) {
        const std::scoped_lock lock(mutex_);
        const auto found = values_.find(key);
        if (found == values_.end() && !expected.empty()) return expected;
        if (found != values_.end() && found->second != expected) return found->second;
        values_[key] = desired;
        changed_.notify_all();
        return desired;
    }
    bool check(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        return values_.contains(key);
    }
    bool erase(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        return values_.erase(key) > 0;
    }
    std::size_t size() {
        const std::scoped_lock lock(mutex_);
        return values_.size();
    }
    void end() {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::string> values_;
    bool ended_ = false;
};

std::optional<std::vector<std::string>> answer_to(const MeetingMessage& asked, MeetingTable& table) {
    const std::vector<std::string>& texts = asked.texts;
    const auto has = [&](std::size_t count) { return texts.size() == count; };
    const auto flag = [](bool is_so) { return std::vector<std::string>{is_so ? "1" : "0"}; };
    switch (asked.what) {
        case 's':
            return has(2) ? table.set(texts[0], texts[1]), std::optional(std::vector<std::string>()) : std::nullopt;
        case 'g': {
            if (!has(2)) return std::nullopt;
            const auto value = table.get(texts[0], std::chrono::milliseconds(std::atoll(texts[1].c_str())));
            return value ? std::vector{*value} : std::vector<std::string>();
        }
        case 'a':
            if (!has(2)) return std::nullopt;
            return std::vector{std::to_string(table.add(texts[0], std::atoll(texts[1].c_str())))};
        case 'x':
            return has(3) ? std::optional(std::vector{table.compare_set(texts[0], texts[1], texts[2])}) : std::nullopt;
        case 'c': return has(1) ? std::optional(flag(table.check(texts[0]))) : std::nullopt;
        case 'd': return has(1) ? std::optional(flag(table.erase(texts[0]))) : std::nullopt;
        case 'n': return std::vector{std::to_string(table.size())};
        default: return std::nullopt;
    }
}

class ServedMeeting final : public MeetingServer {
  public:
    ServedMeeting(FileDescriptor listening, int port, std::string secret)
        : listening_(std::move(listening)),
          port_(port),
          secret_(std::move(secret)),
          accepter_([this] { accept_all(); }) {}
    ~ServedMeeting() override {
        stopping_ = true;
        table_.end();
        accepter_.join();
        for (Guest& guest : guests_) ::shutdown(guest.socket.get(), SHUT_RDWR);
        for (Guest& guest : guests_) guest.thread.join();
    }
    [[nodiscard]] int port() const override { return port_; }

  private:
    struct Guest {
        FileDescriptor socket;
        std::atomic<bool> has_ended = false;
        std::thread thread;
    };

    void accept_all() {
        while (!stopping_) {
            pollfd waiting{listening_.get(), POLLIN, 0};
            if (::poll(&waiting, 1, 100) != 1) continue;
            FileDescriptor socket(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            guests_.remove_if([](Guest& guest) { return guest.has_ended && (guest.thread.join(), true); });
            if (!socket.valid() || strangers_ >= kMostStrangers) continue;
            ++strangers_;
            Guest& guest = guests_.emplace_back();
            guest.socket = std::move(socket);
            guest.thread = std::thread([this, &guest] { serve(guest); });
        }
    }

    void serve(Guest& guest) {
        const int socket = guest.socket.get();
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
        const Status proved = prove_as_server(socket, secret_);
        --strangers_;
        if (proved) {
            const int on = 1;
            const timeval forever{0, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            converse(socket);
        }
        ::shutdown(socket, SHUT_RDWR);
        guest.has_ended = true;
    }

    void converse(int socket) {
        for (;;) {
            const auto asked = receive_texts(socket);
            if (!asked) return;
            const auto answer = answer_to(*asked, table_);
            if (!answer || !send_texts(socket, asked->what, *answer)) return;
        }
    }

    MeetingTable table_;
    FileDescriptor listening_;
    int port_;
    std::string secret_;
    std::list<Guest> guests_;  // of the accepting thread, until that has ended
    std::atomic<std::size_t> strangers_{0};
    std::atomic<bool> stopping_{false};
    std::thread accepter_;
};

}  // namespace

Result<std::unique_ptr<MeetingServer>> MeetingServer::open(const std::string& address, int port,
                                                           const std::string& secret) {
    if (secret.empty()) return invalid("the ranks of an attempt need a secret to meet by");
    GOETIA_ASSIGN(FileDescriptor socket, bound_socket(address, port));
    if (::listen(socket.get(), 128) != 0) return os_error("listen at", fmt::format("{}:{}", address, port), errno);
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0)
        return os_error("listen at", fmt::format("{}:{}", address, port), errno);
    const int bound = own.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6*>(&own)->sin6_port)
                                                : ntohs(reinterpret_cast<sockaddr_in*>(&own)->sin_port);
    return std::unique_ptr<MeetingServer>(std::make_unique<ServedMeeting>(std::move(socket), bound, secret));
}

}  // namespace goetia
