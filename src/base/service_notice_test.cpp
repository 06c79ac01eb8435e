#include "base/service_notice.h"

#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

// The service manager's end.
class NoticeSocket {
  public:
    explicit NoticeSocket(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        if (path[0] == '@') address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~NoticeSocket() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    }
    std::string heard() {
        char words[256];
        const ssize_t count = ::recv(socket_.get(), words, sizeof words, MSG_DONTWAIT);
        return count < 0 ? "nothing" : std::string(words, static_cast<std::size_t>(count));
    }

  private:
    FileDescriptor socket_;
};

TEST(ServiceNotices, reach_a_socket_in_a_folder_and_an_abstract_one) {
    testkit::TemporaryFolder folder;
    for (const std::string& path :
         {(folder.path() / "notify").string(), "@goetia-test-" + std::to_string(::getpid())}) {
        NoticeSocket manager(path);
        ServiceNotice notice;
        notice.ready("answers at http://127.0.0.1:1");
        EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=answers at http://127.0.0.1:1");
        notice.stopping();
        EXPECT_EQ(manager.heard(), "STOPPING=1");
    }
}

TEST(ServiceNotices, say_three_times_as_often_as_demanded_that_the_program_lives) {
    testkit::TemporaryFolder folder;
    NoticeSocket manager((folder.path() / "notify").string());
    EXPECT_FALSE(ServiceNotice().alive_is_due(1000)) << "nobody demands it";
    ::setenv("WATCHDOG_USEC", "60000000", 1);
    ServiceNotice notice;
    ASSERT_TRUE(notice.alive_is_due(1000));
    notice.alive(1000);
    EXPECT_EQ(manager.heard(), "WATCHDOG=1");
    EXPECT_FALSE(notice.alive_is_due(1019));
    EXPECT_TRUE(notice.alive_is_due(1020));
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_FALSE(ServiceNotice().alive_is_due(1000)) << "it is demanded of another process";
}

TEST(ServiceNotices, go_nowhere_without_a_manager) {
    ::unsetenv("NOTIFY_SOCKET");
    ServiceNotice notice;
    notice.ready("");
    notice.alive(0);
    ::setenv("NOTIFY_SOCKET", "not a socket", 1);
    ServiceNotice().ready("");
    ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace goetia
