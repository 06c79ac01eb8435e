// A thousand agents that only stay connected: what they cost the server. The figures are in docs/measured.md.
#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pipe.h"
#include "testkit/net_server.h"

namespace goetia {
namespace {

constexpr int kSockets = 1000;

double resident_mib() {
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

// The other process: connects, says so, and answers pings until it is killed.
[[noreturn]] void be_a_thousand(const Pipe& from_server, const Pipe& to_server) {
    std::array<char, 256> line{};
    const ssize_t size = ::read(from_server.read.get(), line.data(), line.size());
    const std::string text(line.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    const std::size_t space = text.find(' ');
    const ClientOptions options{.server = *ServerAddress::parse(text.substr(0, space)),
                                .pins = {text.substr(space + 1)}};
    std::vector<std::unique_ptr<WebSocketClient>> sockets;
    for (int i = 0; i < kSockets; ++i) {
        auto socket = WebSocketClient::open(options, "/ws", {});
        if (!socket) ::_exit(1);
        sockets.push_back(std::move(*socket));
    }
    while (true) {
        for (const auto& socket : sockets) {
            if (!socket->receive(0.0001)) ::_exit(2);
        }
        if (::write(to_server.write.get(), "x", 1) != 1) ::_exit(3);
    }
}

TEST(ManySockets, cost_little_memory_and_no_processor_while_they_are_idle) {
    Result<Pipe> there = make_pipe(), back = make_pipe();
    ASSERT_TRUE(there.ok() && back.ok());
    const pid_t child = ::fork();
    if (child == 0) be_a_thousand(*there, *back);
    ASSERT_GT(child, 0);
    const testkit::TemporaryFolder folder;
    const auto identity = own_identity(folder / "tls", {"127.0.0.1"});
    ASSERT_TRUE(identity.ok());
    testkit::NetServer server({.tls = *identity});
    const double before = resident_mib();
    const std::string line = server.address().url() + " " + identity->pin;
    ASSERT_EQ(::write(there->write.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    char round = 0;
    ASSERT_EQ(::read(back->read.get(), &round, 1), 1);
    EXPECT_EQ(server.server().counts().websockets, static_cast<std::uint64_t>(kSockets));
    const double each_kib = (resident_mib() - before) * 1024 / kSockets;
    const double cpu = processor_seconds(), begin = steady_seconds();
    std::this_thread::sleep_for(std::chrono::seconds(20));  // the measurement itself: more than a round of pings
    const double share = (processor_seconds() - cpu) / (steady_seconds() - begin);
    EXPECT_EQ(server.server().counts().websockets, static_cast<std::uint64_t>(kSockets));
    RecordProperty("kib_each", std::to_string(each_kib));
    std::printf("%d TLS WebSockets: %.0f KiB each, %.2f %% of a core\n", kSockets, each_kib, share * 100);
    EXPECT_LT(each_kib, 200);
    EXPECT_LT(share, 0.1);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the clients ended with " << WEXITSTATUS(status);
}

}  // namespace
}  // namespace goetia
