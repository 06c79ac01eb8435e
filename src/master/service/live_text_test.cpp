#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/json_text.h"
#include "master/service/live_log.h"
#include "master/service/live_points.h"
#include "master/service/stream_tickets.h"

namespace goetia {
namespace {

TEST(LivePoints, KeepFewOfManyWithTheirExtremes) {
    LivePoints points;
    for (int i = 0; i < 1000; ++i) {
        const double value = i == 300 ? 9 : i == 600 ? -9 : 1;
        points.add({.name = "a", .step = i, .value = value});
        points.add({.name = "b", .step = i, .value = i % 2 == 0 ? std::numeric_limits<double>::quiet_NaN() : 1});
    }
    const Json told = (*parse_json(*points.take(), "points"))["points"];
    EXPECT_LE(told.size(), 2 * LivePoints::kMostPoints);
    double least = 0, largest = 0;
    std::int64_t step = -1;
    for (const Json& point : told) {
        if (point["name"] != "a") continue;
        EXPECT_GT(point["step"].get<std::int64_t>(), step) << "in their order";
        step = point["step"];
        least = std::min(least, point["value"].get<double>());
        largest = std::max(largest, point["value"].get<double>());
    }
    EXPECT_EQ(step, 999);
    EXPECT_EQ(least, -9);
    EXPECT_EQ(largest, 9);
    EXPECT_TRUE(points.empty());
    for (std::size_t i = 0; i <= LivePoints::kMostMetrics; ++i) points.add({.name = std::to_string(i)});
    EXPECT_EQ(points.take(), std::nullopt) << "the reader asks for the curves again";
}

TEST(LiveLogs, TellEveryByteOnceAndTearNoCharacter) {
    const std::string log = [] {
        std::string text;
        for (int i = 0; i < 5000; ++i) text += "行 " + std::to_string(i) + " ends 🙂\n";
        return text + std::string(40'000, 'x') + "é";
    }();
    LiveLogs logs;
    std::string told;
    std::size_t step = 1;
    for (std::size_t at = 0; at < log.size(); at += step) {
        step = at % 7 + at % 977 + 1;
        for (const LogPiece& piece :
             logs.add(1, "logs/train.log", static_cast<std::int64_t>(at), std::string_view(log).substr(at, step))) {
            ASSERT_EQ(piece.offset, static_cast<std::int64_t>(told.size()));
            ASSERT_LE(piece.text.size(), LiveLogs::kLongestPiece);
            ASSERT_EQ(json_text(Json(piece.text)).find("\xEF\xBF\xBD"), std::string::npos) << "a torn character";
            told += piece.text;
        }
    }
    EXPECT_EQ(told, log);
    const auto elsewhere = logs.add(1, "logs/train.log", 10, "begun anew");
    ASSERT_EQ(elsewhere.size(), 1U);
    EXPECT_EQ(elsewhere[0].offset, 10);
}

TEST(StreamTickets, OpenOneSocketWithinHalfAMinute) {
    StreamTickets tickets;
    const Caller caller{.id = "u1", .name = "n", .role = "trainer"};
    HttpRequest request;
    request.headers.set("Authorization", "Bearer secret");
    const std::string secret = *tickets.make(caller, request, 100), late = *tickets.make(caller, request, 100);
    EXPECT_EQ(tickets.take("guess", 101), std::nullopt);
    const auto taken = tickets.take(secret, 129);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->caller.id, "u1");
    EXPECT_EQ(taken->request.headers.value("Authorization"), "Bearer secret");
    EXPECT_EQ(tickets.take(secret, 129), std::nullopt) << "once";
    EXPECT_EQ(tickets.take(late, 130), std::nullopt) << "expired";
    for (std::size_t i = 0; i < StreamTickets::kMostOfOne; ++i) ASSERT_TRUE(tickets.make(caller, request, 200));
    EXPECT_EQ(tickets.make(caller, request, 200).error().code, Code::kUnavailable);
    EXPECT_TRUE(tickets.make(caller, request, 231)) << "the others have expired";
}

}  // namespace
}  // namespace goetia
