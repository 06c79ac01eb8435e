#include "learn/dist/meeting.h"

#include <atomic>
#include <sys/socket.h>
#include <thread>

#include <gmock/gmock.h>

#include "base/files.h"
#include "learn/dist/meeting_wire.h"

namespace goetia {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::unique_ptr<MeetingServer> opened(const std::string& secret = "secret") {
    auto server = MeetingServer::open("127.0.0.1", 0, secret);
    EXPECT_TRUE(server.ok()) << to_string(server.error());
    return std::move(server).value();
}

Result<std::unique_ptr<MeetingClient>> joined(const MeetingServer& server, const std::string& secret = "secret") {
    return MeetingClient::join("127.0.0.1", server.port(), secret, milliseconds(5000));
}

TEST(Hmac, IsThatOfRfc4231) {
    EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_TRUE(is_same_proof("ab", "ab"));
    EXPECT_FALSE(is_same_proof("ab", "ac"));
    EXPECT_FALSE(is_same_proof("ab", "abc"));
}

TEST(Meeting, KeepsWhatOneRankSetsForTheOthers) {
    const auto server = opened();
    const auto one = std::move(joined(*server)).value(), two = std::move(joined(*server)).value();
    const std::string bytes("a\0b\n", 4);
    ASSERT_TRUE(one->set("key", bytes));
    EXPECT_EQ(two->get("key", milliseconds(1000)).value(), bytes);
    EXPECT_EQ(two->add("sum", 3).value(), 3);
    EXPECT_EQ(one->add("sum", 4).value(), 7);
    EXPECT_EQ(one->get("sum", milliseconds(0)).value(), "7");
    EXPECT_EQ(one->compare_set("new", "", "first").value(), "first");
    EXPECT_EQ(two->compare_set("new", "", "second").value(), "first");
    EXPECT_EQ(two->compare_set("new", "first", "second").value(), "second");
    EXPECT_TRUE(one->check("new").value());
    EXPECT_EQ(one->count().value(), 3);
    EXPECT_TRUE(one->erase("new").value());
    EXPECT_FALSE(one->erase("new").value());
    EXPECT_THAT(one->get("new", milliseconds(10)).error().message, HasSubstr("no rank has set 'new'"));
}

TEST(Meeting, WaitsForWhatIsNotThereYet) {
    const auto server = opened();
    const auto one = std::move(joined(*server)).value(), two = std::move(joined(*server)).value();
    std::string got;
    std::thread waiting([&] { got = std::move(one->get("late", milliseconds(20'000))).value(); });
    ASSERT_TRUE(two->set("late", "it came"));
    waiting.join();
    EXPECT_EQ(got, "it came");
}

TEST(Meeting, WaitsForRankZero) {
    const int port = opened()->port();  // was free a moment ago
    std::unique_ptr<MeetingServer> server;
    std::thread later([&] { server = std::move(MeetingServer::open("127.0.0.1", port, "secret")).value(); });
    EXPECT_TRUE(MeetingClient::join("127.0.0.1", port, "secret", milliseconds(10'000)).ok());
    later.join();
}

TEST(Meeting, RefusesWhoeverDoesNotKnowTheSecretAndTheOthersDoNotNotice) {
    const auto server = opened();
    const auto member = std::move(joined(*server)).value();
    ASSERT_TRUE(member->set("key", "value"));
    EXPECT_EQ(joined(*server, "guess").error().code, Code::kDenied);
    EXPECT_EQ(joined(*server, "").error().code, Code::kInvalid);
    EXPECT_EQ(member->get("key", milliseconds(0)).value(), "value");
    EXPECT_TRUE(joined(*server).ok());
}

TEST(Meeting, IsNotJoinedAtTheDoorOfAStranger) {
    const auto impostor = opened("another");
    EXPECT_EQ(joined(*impostor).error().code, Code::kDenied);
}

// A recorded proof is of no use at the next connection: its nonces are others.
TEST(Meeting, ARepeatedProofIsRefused) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const FileDescriptor rank(ends[0]), zero(ends[1]);
    std::string recorded(128, '\0');
    std::thread replaying([&] {
        std::string nonce(64, '\0');
        ::recv(rank.get(), nonce.data(), nonce.size(), MSG_WAITALL);
        const std::string proof = hmac_sha256("secret", "rank" + std::string(64, 'n') + std::string(64, 'm'));
        recorded = std::string(64, 'm') + proof;  // was right for the nonce "nnn..."
        ::send(rank.get(), recorded.data(), recorded.size(), 0);
    });
    EXPECT_EQ(prove_as_server(zero.get(), "secret").error().code, Code::kDenied);
    replaying.join();
}

TEST(Meeting, ListensAtTheGivenAddressAlone) {
    const auto server = opened();
    EXPECT_TRUE(MeetingClient::join("127.0.0.1", server->port(), "secret", milliseconds(1000)).ok());
    EXPECT_EQ(MeetingClient::join("127.0.0.2", server->port(), "secret", milliseconds(100)).error().code,
              Code::kUnavailable);
    EXPECT_EQ(MeetingServer::open("no address", 0, "secret").error().code, Code::kUnavailable);
    EXPECT_EQ(MeetingServer::open("127.0.0.1", 0, "").error().code, Code::kInvalid);
}

}  // namespace
}  // namespace goetia
