// An HTTP server on the loopback interface whose responses a test controls: correct, interrupted, stalled or wrong.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/files.h"

namespace goetia::testkit {

struct Request {
    std::string path;
    std::map<std::string, std::string> fields;  // names in lower case

    // Of "bytes=5-9": [5, 10); of "bytes=5-": [5, size).
    [[nodiscard]] std::pair<std::size_t, std::size_t> range(std::size_t size) const {
        const auto found = fields.find("range");
        if (found == fields.end()) return {0, size};
        const std::string text = found->second.substr(found->second.find('=') + 1);
        const auto dash = text.find('-');
        const std::size_t begin = std::stoull(text.substr(0, dash));
        const std::size_t end = dash + 1 < text.size() ? std::stoull(text.substr(dash + 1)) + 1 : size;
        return {begin, std::min(end, size)};
    }
    [[nodiscard]] bool has(const std::string& name) const { return fields.contains(name); }
};

class Client {
  public:
    explicit Client(int fd, const std::atomic<bool>& over) : fd_(fd), stopping_(over) {}

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (put <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
    }
    void answer(int status, const std::string& fields, std::string_view body) {
        send(fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n", status, body.size(),
                         fields));
        send(body);
    }
    void redirect(const std::string& to) { answer(302, "Location: " + to + "\r\n", ""); }
    // As a correct server does: all or a part, with a validator.
    void serve(const Request& request, std::string_view file, const std::string& etag = "\"one\"") {
        const auto [begin, end] = request.range(file.size());
        const auto if_range = request.fields.find("if-range");
        const bool whole = !request.has("range") || (if_range != request.fields.end() && if_range->second != etag);
        if (whole) return answer(200, "ETag: " + etag + "\r\n", file);
        answer(206, fmt::format("ETag: {}\r\nContent-Range: bytes {}-{}/{}\r\n", etag, begin, end - 1, file.size()),
               file.substr(begin, end - begin));
    }
    // Sends nothing more until the client gives up.
    void stall() const {
        char byte = 0;
        pollfd wait{fd_, POLLIN, 0};
        while (!stopping_ && (::poll(&wait, 1, 20) <= 0 || ::recv(fd_, &byte, 1, 0) > 0)) {
        }
    }

  private:
    int fd_;
    const std::atomic<bool>& stopping_;
};

class Server {
  public:
    using Handler = std::function<void(const Request&, Client&)>;

    explicit Server(Handler handler) : handler_(std::move(handler)) {
        listener_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(listener_.get(), 64);
        socklen_t size = sizeof address;
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~Server() {
        stopping_ = true;
        accepting_.join();
        for (std::thread& one : serving_) one.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::string url(const std::string& path = "/file.bin") const {
        return fmt::format("http://127.0.0.1:{}{}", port_, path);
    }
    [[nodiscard]] std::vector<Request> requests() const {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }

  private:
    void accept_all() {
        while (!stopping_) {
            pollfd wait{listener_.get(), POLLIN, 0};
            if (::poll(&wait, 1, 20) <= 0) continue;
            const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (fd >= 0) serving_.emplace_back([this, fd] { serve(FileDescriptor(fd)); });
        }
    }

    void serve(const FileDescriptor& connection) {
        std::string text;
        std::array<char, 4096> buffer{};
        while (!text.ends_with("\r\n\r\n")) {
            const ssize_t got = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
        const Request request = read(text);
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
        }
        Client client(connection.get(), stopping_);
        handler_(request, client);
        ::shutdown(connection.get(), SHUT_RDWR);
    }

    static Request read(const std::string& text) {
        Request request;
        const auto first = text.find(' '), second = text.find(' ', first + 1);
        request.path = text.substr(first + 1, second - first - 1);
        for (std::size_t at = text.find("\r\n") + 2, end = 0; (end = text.find("\r\n", at)) > at; at = end + 2) {
            const std::string line = text.substr(at, end - at);
            const auto colon = line.find(": ");
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
            request.fields[name] = line.substr(colon + 2);
        }
        return request;
    }

    Handler handler_;
    FileDescriptor listener_;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    std::thread accepting_;
    std::vector<std::thread> serving_;
    mutable std::mutex mutex_;
    std::vector<Request> requests_;
};

}  // namespace goetia::testkit
