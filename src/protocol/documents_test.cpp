#include "protocol/desired.h"
#include "protocol/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;

const std::string kSomeHash(64, 'a');

NodeStatus full_status() {
    NodeStatus status{.session = 3, .number = 7, .generation = 5};
    NodeFacts facts{.host = "box",
                    .agent_version = "0.1",
                    .agent_sha256 = kSomeHash,
                    .cores = 8,
                    .memory = 64LL << 30,
                    .disk = 1LL << 40,
                    .driver = "550.54",
                    .cuda = "12.4",
                    .glibc = "2.36",
                    .libtorch = {"2.5.1"},
                    .gpus = {{"NVIDIA H100", "GPU-1-2", 80LL << 30, ""}},
                    .labels = {{"zone", "a"}},
                    .lacks = {"no pids"}};
    status.facts = facts;
    status.use = NodeUse{0.5, 1 << 30, 1 << 20, {{0.9, 4LL << 30, 61.5, 300}}};
    AttemptStatus attempt{
        .fence = 12, .task = "t-1", .phase = AttemptPhase::kExited, .wish = Wish::kStop, .wish_number = 3};
    attempt.fetch = FetchedSoFar{10, 100, "package"};
    attempt.streams = {{"journal/attempt_1.journal", 1, 4096, true}};
    attempt.objects_waiting = 2;
    attempt.exit = AttemptExit{ExitKind::kOom, 1, 9, 0, "out of memory", true};
    status.attempts = {attempt};
    status.draining = status.leaving = true;
    status.leaving_in = 28.5;
    return status;
}

NodeDesired full_desired() {
    WantedAttempt wanted{.fence = 12,
                         .task = "t-1",
                         .experiment = "exp_1",
                         .attempt = 2,
                         .wish = Wish::kCheckpoint,
                         .wish_number = 4,
                         .noop = true,
                         .package = {kSomeHash, 10},
                         .runtime = {kSomeHash, 20}};
    wanted.resume = WantedObject{kSomeHash, 30};
    wanted.data = {{"train", "/data/train", kSomeHash, 40, kSomeHash}};
    wanted.devices = {"GPU-1"};
    wanted.cores = 4;
    wanted.ranks = {2, 2, 4, "10.0.0.5:29500", "secret"};
    wanted.limits = {1, 2, 3, 4, 5.5};
    wanted.on_disconnect = OnDisconnect::kStop;
    return {.session = 3, .generation = 9, .attempts = {wanted}, .drain = true, .update = {kSomeHash, 50}};
}

TEST(Documents, ComeBackFromJsonAsTheyWere) {
    const Json status = to_json(full_status()), desired = to_json(full_desired());
    EXPECT_EQ(json_text(to_json(node_status_from(status).value())), json_text(status));
    EXPECT_EQ(json_text(to_json(node_desired_from(desired).value())), json_text(desired));
    const NodeStatus back = node_status_from(status).value();
    EXPECT_EQ(back.attempts[0].exit->kind, ExitKind::kOom);
    EXPECT_EQ(back.attempts[0].streams[0].bytes, 4096);
    EXPECT_EQ(back.facts->labels.at("zone"), "a");
}

TEST(Documents, RequestsComeBackFromJsonAsTheyWere) {
    const Json append = to_json(AppendRequest{5, "logs/train.log", 1, 77, kSomeHash, true, 6});
    EXPECT_EQ(json_text(to_json(append_request_from(append).value())), json_text(append));
    const Json answer = to_json(AppendAnswer{AppendOutcome::kParted, 2, 99, true});
    EXPECT_EQ(json_text(to_json(append_answer_from(answer).value())), json_text(answer));
    const Json chunk = to_json(ObjectChunk{5, kSomeHash, 100, "checkpoints/last.ckpt", ObjectKind::kCheckpoint, 50});
    EXPECT_EQ(json_text(to_json(object_chunk_from(chunk).value())), json_text(chunk));
    const Json got = to_json(ObjectAnswer{ObjectOutcome::kWrong, 3});
    EXPECT_EQ(json_text(to_json(object_answer_from(got).value())), json_text(got));
}

TEST(Documents, AMemberThatIsNotKnownIsIgnoredAndOneThatIsMissingHasItsDefault) {
    const auto status = node_status_from(Json{{"number", 1}, {"of_a_later_version", {1, 2}}});
    ASSERT_TRUE(status.ok());
    EXPECT_FALSE(status->facts.has_value());
    EXPECT_TRUE(status->attempts.empty());
}

TEST(Documents, AllFaultsAreReportedTogetherWithTheirPlaces) {
    Json json = to_json(full_status());
    json["attempts"][0]["fence"] = 0;
    json["attempts"][0]["phase"] = "dancing";
    json["attempts"][0]["streams"][0]["name"] = "../../etc/passwd";
    json["facts"]["cores"] = 2.5;
    json["use"] = "none";
    const auto status = node_status_from(json);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kInvalid);
    std::vector<std::string> paths;
    for (const Fault& fault : status.error().faults) paths.push_back(fault.path);
    EXPECT_THAT(paths, ::testing::ElementsAre("facts.cores", "use", "attempts[0].fence", "attempts[0].phase",
                                              "attempts[0].streams[0].name"));
    EXPECT_THAT(status.error().message, HasSubstr("has 5 faults: facts.cores: must be a whole number from 1 to 65536"));
    EXPECT_THAT(status.error().faults[3].message, HasSubstr("must be one of 'assigned', 'accepted'"));
}

TEST(Documents, WhatMustBeThereIsMissed) {
    const auto status = node_status_from(Json::object());
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.error().faults[0].message, HasSubstr("is missing; it must be a whole number from 1"));
    const auto chunk = object_chunk_from(Json{{"fence", 1}});
    ASSERT_FALSE(chunk.ok());
    EXPECT_EQ(chunk.error().faults[0].path, "sha256");
}

TEST(Documents, NoSizeOrNumberBeyondItsBoundIsTaken) {
    const auto refused = [](const Json& json) { return !node_status_from(json).ok(); };
    Json json = to_json(full_status());
    EXPECT_FALSE(refused(json));
    for (const auto& [key, value] :
         std::initializer_list<std::pair<const char*, Json>>{{"number", -1},
                                                             {"number", 9007199254740993.0 * 2},
                                                             {"number", std::numeric_limits<double>::quiet_NaN()},
                                                             {"number", std::numeric_limits<double>::infinity()},
                                                             {"number", "7"},
                                                             {"session", 18446744073709551615ULL},
                                                             {"attempts", Json::object()},
                                                             {"attempts", Json(std::vector<int>(5000))},
                                                             {"facts", {{"host", std::string(257, 'h')}}},
                                                             {"facts",
                                                              {{"host",
                                                                "a\x01"
                                                                "b"}}},
                                                             {"facts", {{"host", "\xff"}}},
                                                             {"facts", {{"gpus", Json(std::vector<int>(65))}}},
                                                             {"facts", {{"labels", {{"../x", "y"}}}}},
                                                             {"draining", 1}}) {
        Json bad = json;
        bad[key] = value;
        EXPECT_TRUE(refused(bad)) << key;
    }
    EXPECT_TRUE(refused(Json::array()));
    EXPECT_TRUE(refused(Json(nullptr)));
}

TEST(Documents, AnEndlessListOfFaultsIsCutOff) {
    Json json{{"number", 1}, {"attempts", Json::array()}};
    for (int i = 0; i < 4000; ++i) json["attempts"].push_back(Json{{"fence", -1}});
    EXPECT_EQ(node_status_from(json).error().faults.size(), 20U);
}

}  // namespace
}  // namespace goetia
