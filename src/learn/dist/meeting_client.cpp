#include <cerrno>
#include <cstdlib>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>

#include "learn/dist/meeting.h"
#include "learn/dist/meeting_wire.h"

namespace goetia {
namespace {

constexpr auto kBetweenTries = std::chrono::milliseconds(50);

Result<FileDescriptor> connected_to(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int fault = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); fault != 0)
        return make_error(Code::kUnavailable, "the address '{}' is not known: {}", host, ::gai_strerror(fault));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
    int reason = 0;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        FileDescriptor socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (socket.valid() && ::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) return socket;
        reason = errno;
    }
    return os_error("connect to", fmt::format("{}:{}", host, port), reason);
}

}  // namespace

Result<std::unique_ptr<MeetingClient>> MeetingClient::join(const std::string& host, int port, const std::string& secret,
                                                           std::chrono::milliseconds patience) {
    if (secret.empty()) return invalid("the ranks of an attempt need a secret to meet by");
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        Result<FileDescriptor> socket = connected_to(host, port);
        if (socket) {
            const int on = 1;
            ::setsockopt(socket->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            const Status proved = prove_as_client(socket->get(), secret);
            if (proved) return std::unique_ptr<MeetingClient>(new MeetingClient(*std::move(socket)));
            if (proved.error().code == Code::kDenied) return proved.error();
            socket = proved.error();  // it was cut, or rank 0 has too many at its door
        }
        if (std::chrono::steady_clock::now() > until)
            return make_error(Code::kUnavailable, "rank 0 does not answer: {}", socket.error().message);
        std::this_thread::sleep_for(kBetweenTries);
    }
}

Result<std::string> MeetingClient::ask(char what, const std::vector<std::string>& texts) {
    const std::scoped_lock lock(mutex_);
    GOETIA_TRY(send_texts(socket_.get(), what, texts));
    GOETIA_ASSIGN(MeetingMessage answer, receive_texts(socket_.get()));
    if (answer.what != what) return failed("rank 0 answers another question than it was asked");
    if (answer.texts.empty()) return not_found("nothing is there");
    return std::move(answer.texts[0]);
}

Status MeetingClient::set(const std::string& key, const std::string& value) {
    const auto answer = ask('s', {key, value});
    return answer || answer.error().code == Code::kNotFound ? Status() : Status(answer.error());
}

Result<std::string> MeetingClient::get(const std::string& key, std::chrono::milliseconds patience) {
    auto answer = ask('g', {key, std::to_string(patience.count())});
    if (answer || answer.error().code != Code::kNotFound) return answer;
    return make_error(Code::kUnavailable, "no rank has set '{}' within {} ms", key, patience.count());
}

Result<std::int64_t> MeetingClient::add(const std::string& key, std::int64_t value) {
    GOETIA_ASSIGN(const std::string sum, ask('a', {key, std::to_string(value)}));
    return static_cast<std::int64_t>(std::atoll(sum.c_str()));
}

Result<std::string> MeetingClient::compare_set(const std::string& key, const std::string& expected,
                                               const std::string& desired) {
    return ask('x', {key, expected, desired});
}

Result<bool> MeetingClient::check(const std::string& key) {
    GOETIA_ASSIGN(const std::string answer, ask('c', {key}));
    return answer == "1";
}

Result<bool> MeetingClient::erase(const std::string& key) {
    GOETIA_ASSIGN(const std::string answer, ask('d', {key}));
    return answer == "1";
}

Result<std::int64_t> MeetingClient::count() {
    GOETIA_ASSIGN(const std::string answer, ask('n', {}));
    return static_cast<std::int64_t>(std::atoll(answer.c_str()));
}

}  // namespace goetia
